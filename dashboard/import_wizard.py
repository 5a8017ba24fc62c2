"""Loading files step by step: choose them, say what they are, check every value, load."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import (
    formats,
    import_choices,
    import_outcome,
    import_progress,
    import_ways_out,
    import_words,
    mapping_form,
    session,
)
from dashboard.gateway import imports, jobs, releases
from dashboard.gateway.imports import TableLook, Wish
from dashboard.language import _
from data.errors import ReviewError


def draw() -> None:
    """All steps that can be taken now."""
    paths = _draw_files()
    if not paths:
        _draw_demo()
        return
    wish = _draw_tables(paths)
    if wish is not None:
        _draw_check(wish)


def _draw_files() -> tuple[str, ...]:
    """Step 1: files from this computer, or a path or address the server can reach."""
    st.header(_("1 · Choose the files"), anchor=False)
    kept = tuple(session.get("import.paths", ()))
    if kept:
        return _draw_kept(kept)
    with st.form("files", border=False):
        files = st.file_uploader(
            _("Files from this computer"),
            accept_multiple_files=True,
            key="import.upload",
            help=_("CSV, Excel, Parquet, JSON lines; plain or compressed. Larger files are read from a path."),
        )
        path = st.text_input(
            _("Or a file, folder or database the server can reach"),
            key="import.path",
            placeholder="/data/export.csv",
        )
        if st.form_submit_button(_("Look at the files"), type="primary", key="import.look"):
            _keep(files, path)
    return ()


def _keep(files: Sequence[Any], path: str) -> None:
    paths = imports.keep([(file.name, file.getvalue()) for file in files]) if files else ()
    paths = (*paths, *([path.strip()] if path.strip() else []))
    if not paths:
        st.warning(_("Choose a file, or name a path."))
        return
    session.put("import.paths", paths)
    st.rerun()


def _draw_kept(paths: tuple[str, ...]) -> tuple[str, ...]:
    with st.container(horizontal=True, vertical_alignment="center", key="kept"):
        names = ", ".join(imports.distinct([_file_name(path) for path in paths]))
        st.markdown(formats.plain(names), width="content")
        st.button(_("Other files"), key="import.again", on_click=forget, icon=":material/undo:", type="tertiary")
    return paths


def _file_name(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]


def _visit() -> str:
    """This way through the steps; another one begins with other files."""
    if session.get("import.visit") is None:
        session.put("import.visit", imports.new_visit())
    return str(session.get("import.visit"))


def forget() -> None:
    """Begin anew with other files."""
    jobs.forget(_visit())
    session.forget_all("import.")
    session.forget_all("mapping.")


def _draw_demo() -> None:
    """The demo company, offered only while there are no data it would replace."""
    job = jobs.of("demo", imports.DEMO, _visit())
    if job is not None and job.loaded is not None:
        import_outcome.draw_published(
            job.loaded, job.loaded.release.options.reporting_currency if job.loaded.release else ""
        )
        return
    if releases.known():
        return
    with st.container(border=True, key="demo-offer"):
        st.subheader(_("Just looking?"), anchor=False)
        st.write(
            _("The demo company has 2,000 customers over three years, with a price rise, a fix and failed payments.")
        )
        if job is not None:
            import_progress.draw_problem(job)
        running = import_progress.draw_running(job, imports.DEMO, _visit())
        if not running and st.button(_("Make the demo company"), key="import.demo", icon=":material/science:"):
            imports.demo(_visit())
            st.rerun()


def _look_at(paths: tuple[str, ...], options: Mapping[str, str]) -> tuple[TableLook, ...]:
    reading = {name: options[name] for name in import_choices.OPENING if name in options}
    try:
        with st.spinner(_("Looking at the files …")):
            return imports.look(Wish(paths, options=reading, visit=_visit()), session.get("import.roles", {}))
    except ReviewError as problem:
        st.error(formats.plain(import_words.for_page(str(problem))), icon=":material/block:")
        return ()


def _draw_tables(paths: tuple[str, ...]) -> Wish | None:
    """Step 2: what each table is and what its columns mean; None while something needed is missing."""
    above = st.container(key="import-tables")
    choices = import_choices.draw()
    with above:
        st.header(_("2 · What they are"), anchor=False)
        looks = _look_at(paths, choices["options"])
        return _wished(paths, looks, choices) if looks else None


def _wished(paths: tuple[str, ...], looks: Sequence[TableLook], choices: Mapping[str, Any]) -> Wish | None:
    answers = [mapping_form.draw(look) for look in looks]
    roles = [answer.role for answer in answers if answer.said and answer.role]
    if len(roles) != len(set(roles)):
        st.warning(
            _("Two files are mapped as the same table. Load one after the other, the second with “Add to them”.")
        )
        return None
    if any(answer.gaps for answer in answers) or all(answer.left_out for answer in answers):
        return None
    said = [(look, answer) for look, answer in zip(looks, answers, strict=True) if answer.said and answer.role]
    left_out = tuple(look.path for look, answer in zip(looks, answers, strict=True) if answer.left_out)
    return Wish(
        paths=tuple(path for path in paths if path not in left_out),
        without=left_out,
        tables={answer.role: look.path for look, answer in said},
        mapping={answer.role: answer.columns for _look, answer in said},
        visit=_visit(),
        **choices,
    )


def _draw_check(wish: Wish) -> None:
    """Steps 3 and 4: check every value, then load; what is shown belongs to exactly these files and choices."""
    st.header(_("3 · Check every value"), anchor=False)
    done = jobs.of("check", wish.key, wish.visit)
    if import_progress.draw_running(done, wish.key, wish.visit):
        return
    if st.button(_("Check the files"), key="import.check", type="secondary" if done else "primary"):
        imports.check(wish)
        st.rerun()
    if done is None:
        return
    import_progress.draw_problem(done)
    import_ways_out.draw(done)
    if done.loaded is not None:
        import_outcome.draw(done.loaded)
        _draw_load(wish)


def _draw_load(wish: Wish) -> None:
    st.header(_("4 · Load"), anchor=False)
    loaded = jobs.of("load", wish.key, wish.visit)
    if import_progress.draw_running(loaded, wish.key, wish.visit):
        return
    if loaded is None or loaded.loaded is None:
        if loaded is not None:
            import_progress.draw_problem(loaded)
            import_ways_out.draw(loaded)
        if st.button(_("Load as a new release"), key="import.load", type="primary", icon=":material/publish:"):
            imports.load(wish)
            st.rerun()
        return
    import_outcome.draw_published(loaded.loaded, releases.chosen().options.reporting_currency)
    _draw_save(wish)
    st.button(_("Load more files"), key="import.more", on_click=forget)


def _draw_save(wish: Wish) -> None:
    if not wish.mapping:
        return
    with st.form("save-mapping", border=False):
        name = st.text_input(
            _("Keep this mapping under a name, for the command line and the next time"), key="import.save"
        )
        if st.form_submit_button(_("Save")) and name.strip():
            kept = imports.save_mapping(name.strip(), wish)
            st.success(
                _("Saved as {name}, version {version}.").format(name=formats.plain(kept.name), version=kept.version)
            )
