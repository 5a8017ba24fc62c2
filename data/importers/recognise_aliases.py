"""Other names of a field in header rows, English and Chinese; compared through `recognise_names.squeezed`."""

_CUSTOMER_ID = """customer account client company organization organisation tenant workspace user member subscriber
 customer_no customer_number customer_code customer_key customer_ref cust_id custid client_no client_code account_no account_number
 account_code account_key company_id client_id account_id organization_id organisation_id org_id tenant_id workspace_id member_id
 subscriber_id shop_id merchant_id site_id household_id user_id userid customer_external_id external_customer_id customer_oid
 buyer_id party_id unique_id customer_uuid account_uuid crm_id id uuid
 客户 客户id 客户编号 客户号 客户代码 客户编码 用户id 用户编号 会员id 会员号 会员编号 公司id 企业id 账户 账户id 账号 商户号 商户id 租户id 编号"""
_SUBSCRIPTION_ID = """subscription subscription_no subscription_number subscription_key sub_id contract contract_id contract_no
 contract_number agreement_id license_id licence_id policy_id subscription_oid subscription_external_id subscription_uuid order_id id
 订阅id 订阅编号 订阅 合同id 合同编号 合同号 订单号 编号"""
_DAY = """date usage_date activity_date event_date log_date use_date used_on active_on activity_day ds dt report_date metric_date
 snapshot_date period timestamp at time 日期 使用日期 活跃日期 统计日期 时间"""
_AT = """timestamp time date datetime created created_at created_on event_time event_date event_at occurred_at happened_at
 sent_at submitted_at recorded_at logged_at ts 时间 日期 发生时间 创建时间 提交时间"""
_PLAN = """plan_name plan_tier plan_id plan_code tier package product product_name edition sku offer pricing_plan subscription_type
 subscription_plan price_plan plan_type contract_type membership license_type level 套餐 套餐名称 产品 版本 方案 计划 产品名称 套餐类型"""
_CURRENCY = "currency_code ccy curr iso_currency plan_currency 币种 货币 币别"
_MINUTES = "minutes_used usage_minutes session_minutes duration_minutes duration_min minutes_in_app time_spent_minutes 分钟 使用分钟 使用时长分钟 时长分钟"
_SECONDS = """duration_seconds duration_secs duration_sec usage_seconds usage_duration_secs usage_duration_seconds session_seconds
 time_spent_seconds duration_s duration secs 秒 时长秒 使用秒数 使用时长秒"""
_HOURS = "hours_used usage_hours duration_hours time_spent_hours hrs 小时 使用小时 使用时长小时"
_COUNT = """usage_count uses times_used clicks hits events event_count usage quantity n num total_count use_count frequency
 api_calls calls requests 次数 使用次数 数量 点击次数"""
_FEATURE = "feature_name feature_key feature_id module module_name function capability product_area screen page tool 功能 功能名称 模块 模块名称"
_EVENT_ID = "event_id usage_id log_id row_id record_id activity_id hit_id id 事件id 记录id 编号 日志id"
_EVENT = "event_name event_type action action_name activity activity_type 事件 事件名称 事件类型 行为 操作"
_USER_ID = "user userid user_name username contact_id person_id seat_id end_user_id 用户 用户id"
_AMOUNT = """amount_usd amount_eur amount_gbp total total_amount amount_due grand_total invoice_amount invoice_total value price_total
 sum net_amount gross_amount dollar_value sales revenue spend order_total order_value payment_amount sale_amount
 金额 总金额 应付金额 发票金额 消费金额 订单金额 实付金额 销售额"""
_REASON = """reason_code churn_reason cancel_reason cancellation_reason exit_reason reason_category primary_reason category
 main_reason leave_reason termination_reason reason_text 原因 流失原因 取消原因 退订原因 离开原因"""
_TEXT = "feedback_text feedback comment comments free_text verbatim note notes details answer open_text remark 文本 反馈 意见 备注 评论 说明"
_CHURNED = """churn churn_flag is_churned has_churned churn_status churn_label churn_value churned_flag left attrition attrition_flag
 exited lost is_lost cancelled canceled is_cancelled is_canceled churn_yn inactive is_inactive 流失 是否流失 已流失 流失标记 是否离开 是否取消"""
_CHURNED_ON = """churn_date churned_at churned_date cancel_date cancelled_at canceled_at cancellation_date cancelled_on canceled_on
 end_date ended_at ended_on exit_date left_on lost_on date_churned termination_date close_date contract_end
 流失日期 流失时间 取消日期 退订日期 结束日期 终止日期 离开日期"""
_MRR = """mrr_amount monthly_recurring_revenue monthly_revenue monthly_amount monthly_fee monthly_charge monthly_charges monthly_price
 mrr_usd mrr_eur mrr_gbp current_mrr monthly_spend monthly_payment monthly_value monthly_rent net_mrr monthly_contract_value
 月费 月租 月经常性收入 月收入 每月费用 月度金额 月付金额 月均收入"""
_ARR = """arr_amount annual_recurring_revenue annual_revenue_contracted acv annual_contract_value annual_amount annual_fee yearly_fee
 arr_usd arr_eur contract_value_annual annual_price yearly_amount 年费 年度经常性收入 年合同额 年付金额 年收入合同"""
_MRR_CENTS = "mrr_in_cents mrr_minor monthly_amount_cents mrr_amount_cents"
_AMOUNT_CENTS = "amount_in_cents amount_minor total_cents amount_due_cents"
_STARTS = """start_date start started_at started_on starts_at begin_date began_on from_date valid_from active_from effective_date
 subscription_start subscription_start_date contract_start contract_start_date activated_at activation_date period_start
 subscription_started_at service_start commenced_on
 开始日期 起始日期 生效日期 订阅开始 合同开始 开通日期 启用日期 开始时间"""
_ENDS = """end_date end ended_at ended_on ends_at finish_date to_date valid_to valid_until active_until expiry_date expires_at
 expiration_date subscription_end subscription_end_date contract_end contract_end_date terminated_on termination_date period_end
 subscription_canceled_at service_end churn_date closed_on
 结束日期 终止日期 到期日期 失效日期 订阅结束 合同结束 取消日期 结束时间"""
_IS_TRIAL = "trial trial_flag is_free_trial on_trial in_trial free_trial is_free 试用 是否试用 试用期"
_STATUS = "state account_status customer_status subscription_status ticket_status current_status 状态 客户状态 订阅状态 工单状态"

_TEXT_ALIASES: dict[tuple[str, str], str] = {
    ("customers", "customer_id"): _CUSTOMER_ID,
    ("customers", "name"): "customer_name account_name company_name client_name company display_name organization_name full_name business_name merchant_name 名称 客户名称 公司名称 企业名称 姓名 客户名",
    ("customers", "industry"): "sector vertical industry_name industry_segment business_type line_of_business 行业 所属行业 行业类别",
    ("customers", "employees"): "employee_count number_of_employees num_employees headcount company_size size staff employees_count 员工数 员工人数 人数 公司规模",
    ("customers", "annual_revenue_band"): "annual_revenue revenue_band revenue_range annual_revenue_range yearly_revenue 年营收 年收入 营收规模",
    ("customers", "country"): "country_name country_code billing_country nation country_region 国家 国家地区",
    ("customers", "region"): "sales_region state province area territory billing_state geo 地区 区域 大区 省份 省",
    ("customers", "channel"): "acquisition_channel referral_source source lead_source marketing_channel acquisition_source origin signup_source 渠道 获客渠道 来源 来源渠道",
    ("customers", "sales_team"): "team sales_rep sales_owner account_executive sold_by 销售团队 销售 销售人员",
    ("customers", "csm_id"): "csm customer_success_manager account_manager success_manager csm_name csm_owner 客户成功经理 客户经理",
    ("customers", "grade"): "customer_grade value_grade abc_class abc customer_class 等级 客户等级 客户级别",
    ("customers", "signed_on"): "signup_date sign_up_date signed_up_at signup_at signed_at registration_date registered_at registered_on join_date joined_on joined_at created_at created created_on created_date start_date customer_since since onboarded_on contract_start first_order_date date_joined account_created subscription_start 注册日期 注册时间 签约日期 开户日期 加入日期 创建时间 创建日期 开始日期",
    ("customers", "external_id"): "external_customer_id external_ref",
    ("customers", "churned"): _CHURNED,
    ("customers", "churned_on"): _CHURNED_ON,
    ("customers", "status"): _STATUS,
    ("customers", "is_trial"): _IS_TRIAL,
    ("customers", "mrr"): _MRR,
    ("customers", "mrr_cents"): _MRR_CENTS,
    ("customers", "arr"): _ARR,
    ("customers", "plan"): _PLAN,
    ("customers", "currency"): _CURRENCY,
    ("subscriptions", "subscription_id"): _SUBSCRIPTION_ID,
    ("subscriptions", "customer_id"): _CUSTOMER_ID.replace(" id uuid", ""),
    ("subscriptions", "plan"): _PLAN,
    ("subscriptions", "interval"): "billing_interval billing_frequency billing_cycle billing_period frequency payment_frequency interval_unit term period billing_term plan_interval 计费周期 付款周期 账单周期 周期",
    ("subscriptions", "interval_count"): "billing_interval_count plan_interval_count term_count 周期数",
    ("subscriptions", "currency"): _CURRENCY,
    ("subscriptions", "mrr"): _MRR,
    ("subscriptions", "mrr_cents"): _MRR_CENTS,
    ("subscriptions", "arr"): _ARR,
    ("subscriptions", "arr_cents"): "arr_in_cents annual_amount_cents",
    ("subscriptions", "price"): "unit_price price_per_seat seat_price amount plan_amount fee rate list_price 单价 价格 金额",
    ("subscriptions", "price_cents"): "unit_amount_cents price_in_cents amount_cents amount_in_cents",
    ("subscriptions", "total"): "period_amount billing_amount amount_per_period subtotal total_price contract_value charge_amount 每期金额 总价",
    ("subscriptions", "discount_percent"): "discount_pct percent_off discount_rate 折扣",
    ("subscriptions", "discount"): "discount_amount 优惠金额",
    ("subscriptions", "quantity"): "qty subscription_quantity plan_quantity 数量",
    ("subscriptions", "starts_on"): _STARTS,
    ("subscriptions", "ends_on"): _ENDS,
    ("subscriptions", "created_on"): "created created_at created_date 创建时间 创建日期",
    ("subscriptions", "cancelled_on"): "cancelled_at canceled_at canceled_on cancel_date cancellation_date notice_date 取消时间",
    ("subscriptions", "scheduled_end_on"): "cancel_at scheduled_end",
    ("subscriptions", "status"): _STATUS,
    ("subscriptions", "cancel_kind"): "churn_type cancellation_type cancel_type churn_kind 流失类型 取消类型",
    ("subscriptions", "cancel_reason"): _REASON.replace(" category", ""),
    ("subscriptions", "trial_starts_on"): "trial_start trial_started_at trial_start_date 试用开始",
    ("subscriptions", "trial_ends_on"): "trial_end trial_ends_at trial_end_date trial_ended_at 试用结束",
    ("subscriptions", "renews_on"): "renewal_date next_renewal renews_at next_renewal_date next_billing_date next_billing_at current_period_end current_term_end 续费日期 续约日期 下次续费",
    ("subscriptions", "paused_on"): "paused_at pause_date 暂停日期",
    ("subscriptions", "is_trial"): _IS_TRIAL,
    ("subscriptions", "churned"): _CHURNED,
    ("usage_daily", "customer_id"): _CUSTOMER_ID.replace(" user member", "").replace("user_id userid", "").replace(" id uuid", ""),
    ("usage_daily", "subscription_id"): _SUBSCRIPTION_ID.replace(" id\n", "\n"),
    ("usage_daily", "user_id"): _USER_ID,
    ("usage_daily", "event_id"): _EVENT_ID,
    ("usage_daily", "day"): _DAY,
    ("usage_daily", "logins"): "login_count sign_ins signins sessions session_count visits num_logins 登录次数 登录 会话数",
    ("usage_daily", "active_users"): "users dau user_count distinct_users active_seats unique_users 活跃用户 活跃用户数 活跃人数",
    ("usage_daily", "minutes"): _MINUTES,
    ("usage_daily", "seconds"): _SECONDS,
    ("usage_daily", "hours"): _HOURS,
    ("usage_daily", "core_actions"): "actions key_actions events_count core_events 核心操作 核心操作数",
    ("usage_daily", "features_used"): "feature_count distinct_features num_features modules_used 使用功能数 功能数",
    ("usage_daily", "new_feature_actions"): "new_feature_events new_feature_uses 新功能操作",
    ("usage_daily", "count"): _COUNT,
    ("feature_usage", "customer_id"): _CUSTOMER_ID.replace(" user member", "").replace("user_id userid", "").replace(" id uuid", ""),
    ("feature_usage", "subscription_id"): _SUBSCRIPTION_ID.replace(" id\n", "\n"),
    ("feature_usage", "user_id"): _USER_ID,
    ("feature_usage", "event_id"): _EVENT_ID,
    ("feature_usage", "day"): _DAY,
    ("feature_usage", "feature"): _FEATURE,
    ("feature_usage", "count"): _COUNT,
    ("feature_usage", "minutes"): _MINUTES,
    ("feature_usage", "seconds"): _SECONDS,
    ("tickets", "ticket_id"): "ticket case_id case_number case_no issue_id request_id conversation_id ticket_number ticket_no support_id incident_id id 工单id 工单编号 工单号 编号",
    ("tickets", "customer_id"): _CUSTOMER_ID.replace(" id uuid", "") + " requester_id requester organization requester_external_id",
    ("tickets", "subscription_id"): "subscription contract_id",
    ("tickets", "opened_at"): "opened open_date opened_on submitted_at submitted_on created_at created created_on creation_date created_date date_opened date_created reported_at received_at ticket_date 创建时间 提交时间 打开时间 创建日期 提交日期",
    ("tickets", "first_response_at"): "first_reply_at first_responded_at first_response first_answer_at first_agent_reply_date first_response_time first_response_date 首次响应时间 首次回复时间",
    ("tickets", "resolved_at"): "closed_at resolved solved_at closed_on resolved_on closed_date resolution_date solved_date date_closed completed_at close_date time_of_resolution 解决时间 关闭时间 解决日期 关闭日期 完成时间",
    ("tickets", "category"): "ticket_category type ticket_type topic issue_type subject_category case_type product_area 类别 工单类别 工单类型 类型 问题类型",
    ("tickets", "priority"): "severity urgency ticket_priority 优先级 紧急程度",
    ("tickets", "csat"): "satisfaction_score satisfaction csat_score customer_satisfaction satisfaction_rating customer_satisfaction_rating rating 满意度 满意度评分 评分",
    ("tickets", "reopened"): "is_reopened was_reopened reopened_flag reopen 重新打开 是否重开",
    ("tickets", "reopens"): "reopen_count times_reopened 重开次数",
    ("tickets", "first_response_minutes"): "first_response_time_minutes first_reply_time_in_minutes first_response_min minutes_to_first_response first_reply_minutes response_time_minutes 首次响应分钟 首次响应时长分钟",
    ("tickets", "first_response_hours"): "first_response_time_hours hours_to_first_response response_time_hours 首次响应小时",
    ("tickets", "resolution_minutes"): "resolution_time_minutes full_resolution_time_in_minutes minutes_to_resolution 解决分钟",
    ("tickets", "resolution_hours"): "resolution_time_hours hours_to_resolution time_to_resolution_hours 解决小时",
    ("tickets", "status"): _STATUS,
    ("invoices", "invoice_id"): "invoice invoice_no invoice_number number bill_id bill_no id 发票id 发票号 账单编号 账单号 编号",
    ("invoices", "customer_id"): _CUSTOMER_ID.replace(" id uuid", ""),
    ("invoices", "subscription_id"): "subscription contract_id",
    ("invoices", "due_on"): "due_date due due_at payment_due payment_due_date 到期日 应付日期 到期日期",
    ("invoices", "issued_on"): "invoice_date issue_date issued_at issued_on invoiced_date billed_on billing_date date created created_at 开票日期 账单日期",
    ("invoices", "paid_on"): "paid_at payment_date paid_date date_paid settled_on settlement_date 付款日期 支付日期 支付时间",
    ("invoices", "amount"): _AMOUNT,
    ("invoices", "amount_cents"): _AMOUNT_CENTS,
    ("invoices", "currency"): _CURRENCY,
    ("invoices", "status"): "state invoice_status payment_status 状态 发票状态 付款状态",
    ("invoices", "paid"): "is_paid paid_flag 是否支付 已支付",
    ("invoices", "attempts"): "attempt_count payment_attempts retries 尝试次数",
    ("invoices", "failure_code"): "failure_reason decline_code error_code failure 失败原因 失败代码",
    ("purchases", "purchase_id"): "purchase order_id order_no order_number transaction_id transaction transaction_no receipt_no sale_id invoice_no invoice id 订单id 订单号 交易号 交易编号",
    ("purchases", "customer_id"): _CUSTOMER_ID.replace(" id uuid", ""),
    ("purchases", "on"): "purchase_date order_date transaction_date sale_date date bought_on purchased_at ordered_at invoice_date order_purchase_timestamp created_at timestamp 购买日期 订单日期 交易日期 下单时间 消费日期",
    ("purchases", "amount"): _AMOUNT,
    ("purchases", "amount_cents"): _AMOUNT_CENTS,
    ("purchases", "price"): "unit_price item_price price 单价 价格",
    ("purchases", "currency"): _CURRENCY,
    ("purchases", "quantity"): "qty units items number_of_cds item_count count 数量 件数 购买数量",
    ("touches", "touch_id"): "event_id interaction_id activity_id message_id campaign_event_id id 触达id 编号",
    ("touches", "customer_id"): _CUSTOMER_ID.replace(" id uuid", ""),
    ("touches", "at"): _AT,
    ("touches", "source"): "touch_source origin system 来源",
    ("touches", "kind"): "touch_type interaction_type activity_type event_type type channel interaction campaign_event 触达类型 互动类型 类型",
    ("touches", "value"): "detail subject campaign campaign_name content outcome 内容 主题 活动",
    ("assignments", "experiment_key"): "experiment experiment_id experiment_name test_name test_id 实验 实验id 实验名称",
    ("assignments", "customer_id"): _CUSTOMER_ID.replace(" id uuid", ""),
    ("assignments", "variant"): "group arm test_group version variation treatment bucket test_version 分组 变体 实验组 版本",
    ("assignments", "assigned_at"): "assignment_date assigned_on assigned enrolled_at 分配时间",
    ("assignments", "exposed_at"): "exposure_time first_exposed_at exposed_on exposed 曝光时间",
    ("surveys", "response_id"): "survey_id answer_id survey_response_id id 答卷id 问卷id 编号",
    ("surveys", "customer_id"): _CUSTOMER_ID.replace(" id uuid", ""),
    ("surveys", "at"): _AT + " response_date responded_at answered_at survey_date completed_at 回答时间 问卷日期",
    ("surveys", "kind"): "survey_type survey survey_kind type survey_name 问卷类型 类型",
    ("surveys", "score"): "rating nps nps_score csat csat_score answer_score satisfaction 评分 得分 分数",
    ("surveys", "reason"): _REASON,
    ("surveys", "text"): _TEXT,
    ("releases_log", "event_id"): "release_id id 编号",
    ("releases_log", "on"): "date release_date released_on event_date day released_at 日期 发布日期",
    ("releases_log", "kind"): "type event_type category 类型",
    ("releases_log", "title"): "name release_name event description release version what 标题 名称 说明",
    ("exits", "exit_id"): "churn_event_id cancellation_id exit_survey_id event_id response_id id 流失事件id 编号",
    ("exits", "customer_id"): _CUSTOMER_ID.replace(" id uuid", ""),
    ("exits", "subscription_id"): "subscription contract_id",
    ("exits", "on"): _CHURNED_ON.replace(" end_date ended_at ended_on", "").replace(" close_date contract_end", ""),
    ("exits", "reason"): _REASON,
    ("exits", "text"): _TEXT,
    ("exits", "score"): "rating exit_score 评分",
    ("exits", "reactivated"): "is_reactivation reactivation reactivated_flag came_back 是否重新激活",
    ("events", "event_id"): _EVENT_ID,
    ("events", "customer_id"): _CUSTOMER_ID.replace(" id uuid", "") + " distinct_id visitor_id",
    ("events", "user_id"): "contact_id person_id seat_id end_user_id username",
    ("events", "session_id"): "session visit_id 会话id",
    ("events", "at"): _AT,
    ("events", "event"): _EVENT,
    ("events", "seconds"): _SECONDS,
    ("events", "count"): "event_count",
    ("snapshot", "customer_id"): _CUSTOMER_ID,
    ("snapshot", "tenure_months"): "tenure months_active months tenure_in_months months_as_customer account_length months_on_book subscription_length subscription_length_months 在网时长 在网月数 使用月数 服务月数",
    ("snapshot", "tenure_days"): "days_active tenure_in_days days_as_customer 在网天数",
    ("snapshot", "churned"): _CHURNED,
    ("snapshot", "mrr"): _MRR,
    ("snapshot", "mrr_cents"): _MRR_CENTS,
    ("snapshot", "plan"): _PLAN + " contract",
    ("snapshot", "cancel_reason"): _REASON.replace(" category", ""),
}

#: (role, field) -> aliases, best known first.
ALIASES: dict[tuple[str, str], tuple[str, ...]] = {key: tuple(text.split()) for key, text in _TEXT_ALIASES.items()}
