import { m } from "../shared/paraglide/messages.js";
import { foreignText } from "../shared/foreign-text";
import { money } from "../shared/money";
import type {
  AwayView,
  Notice,
  Outcome,
  PaymentReason,
  PaymentView,
  ReceiptDetail,
  ReconcileProblem,
  ReconcileView,
  Stage,
  StartProblem,
  StoreProblem,
} from "../shared/backend";
import type { OutboxProblem } from "./outbox";
import type { BrokenScan } from "./scan-reader";
import { fieldWords } from "./settings/fields";
import { actWords } from "./staff/staff-words";

export function problemWords(problem: OutboxProblem): string {
  switch (problem.code) {
    case "code_unreadable":
      return m.error_code_unreadable();
    case "payment_code":
      return m.error_payment_code();
    case "not_for_sale":
      return m.error_not_for_sale({ title: foreignText(problem.title) });
    case "not_weighed":
      return m.error_not_weighed({ title: foreignText(problem.title) });
    case "labelled_already":
      return m.error_labelled_already({ title: foreignText(problem.title) });
    case "line_not_weighed":
      return m.error_line_not_weighed();
    case "weight_unreadable":
      return m.error_weight_unreadable();
    case "quantity_out_of_range":
      return m.error_quantity_out_of_range();
    case "cart_full":
      return m.error_cart_full({ max: problem.max_lines });
    case "amount_too_large":
      return m.error_amount_too_large();
    case "price_listed":
      return m.error_price_listed();
    case "line_weighed":
      return m.error_line_weighed();
    case "discount_out_of_range":
      return m.error_discount_out_of_range();
    case "price_unreadable":
      return m.error_price_unreadable();
    case "amount_unreadable":
      return m.error_amount_unreadable();
    case "price_not_positive":
      return m.error_price_not_positive();
    case "title_too_long":
      return m.error_title_too_long({ max: problem.max_chars });
    case "nothing_to_undo":
      return m.error_nothing_to_undo();
    case "nothing_to_redo":
      return m.error_nothing_to_redo();
    case "line_gone":
      return m.error_line_gone();
    case "too_many_held":
      return m.error_too_many_held({ max: problem.max });
    case "cart_locked":
      return m.error_cart_locked();
    case "total_changed":
      return m.error_total_changed();
    case "above_limit":
      return m.error_above_limit();
    case "cash_too_little":
      return m.error_cash_too_little();
    case "cart_empty":
      return m.error_cart_empty();
    case "total_not_positive":
      return m.error_total_not_positive();
    case "goods_unpriced":
      return m.error_goods_unpriced({ count: problem.count });
    case "setup_incomplete":
      return m.error_setup_incomplete({ key: fieldWords(problem.key) });
    case "secret_unavailable":
      return m.error_secret_unavailable();
    case "order_unsendable":
      return m.error_order_unsendable({ field: problem.field });
    case "word_missing":
      return m.error_word_missing();
    case "not_reconciled":
      return m.error_not_reconciled();
    case "damaged":
      return m.error_damaged();
    case "not_now":
      return m.error_not_now();
    case "not_found":
      return m.error_not_found();
    case "not_read":
      return m.error_not_read();
    case "not_saved":
      return m.error_not_saved({ why: storeWords(problem.problem) });
    case "busy":
      return m.error_busy();
    case "nothing_restored":
      return m.error_nothing_restored();
    case "not_open":
      return m.error_not_open();
    case "locked":
      return m.error_locked();
    case "approval_needed":
      return m.error_approval_needed();
    case "not_allowed":
      return m.error_not_allowed({ what: actWords(problem.act) });
    case "approval_gone":
      return m.error_approval_gone();
    case "may_not_approve":
      return m.error_may_not_approve();
    case "wrong_pin":
      return m.error_wrong_pin();
    case "pin_too_soon":
      return m.error_pin_too_soon({ seconds: problem.wait_s });
    case "pin_unfit":
      return m.error_pin_unfit();
    case "cashier_id_unfit":
      return m.error_cashier_id_unfit();
    case "cashier_name_unfit":
      return m.error_cashier_name_unfit();
    case "cashier_id_taken":
      return m.error_cashier_id_taken();
    case "no_installer":
      return m.error_no_installer();
    case "no_answer":
      return m.error_no_answer();
  }
}

/** Why something cannot be shown: whatever became of a question, nothing was changed by it. */
export function unreadWords(problem: OutboxProblem): string {
  return problem.code === "no_answer" ? m.error_not_read() : problemWords(problem);
}

export function storeWords(problem: StoreProblem): string {
  const words: Record<StoreProblem, () => string> = {
    disk_full: m.store_disk_full,
    read_only: m.store_read_only,
    failed: m.store_failed,
    lost: m.store_lost,
  };
  return words[problem]();
}

export function noticeWords(notice: Notice): string {
  switch (notice.code) {
    case "scanned":
      return m.notice_scanned({ title: notice.title, quantity: notice.quantity });
    case "unknown_code":
      return m.notice_unknown({ barcode: notice.barcode });
    case "weight_missing":
      return m.notice_weight_missing({ title: notice.title });
    case "went_to_next_cart":
      return m.notice_next_cart({ title: notice.title });
    case "paid_later":
      return m.notice_paid_later({ amount: money(notice.real_fen), number: notice.receipt_number });
    case "ended_unpaid":
      return m.notice_ended_unpaid({ amount: money(notice.total_fen) });
    case "refund_due":
      return m.notice_refund_due({ amount: money(notice.due_fen) });
    case "not_saved":
      return m.error_not_saved({ why: storeWords(notice.problem) });
    case "reconciled":
      return notice.recorded === 0
        ? m.notice_reconciled_none()
        : m.notice_reconciled({ count: notice.recorded });
  }
}

/** Why nothing is sold, what was found so far, and what stands in the way, one sentence or two each. */
export function reconcileWords({ is_copy, recorded, problem }: ReconcileView): string[] {
  const words = [is_copy ? m.reconcile_copy() : m.reconcile_restored()];
  if (recorded > 0) words.push(m.reconcile_recorded({ count: recorded }));
  if (problem !== null) words.push(m.reconcile_problem({ why: reconcileProblemWords(problem) }));
  return words;
}

function reconcileProblemWords(problem: ReconcileProblem): string {
  switch (problem.code) {
    case "gateway_silent":
      return m.reason_gateway_silent();
    case "rejected":
      return m.reconcile_rejected({
        code: foreignText(problem.gateway_code),
        message: foreignText(problem.message),
      });
    case "list_incomplete":
      return m.reconcile_list_incomplete();
    case "secret_unavailable":
      return m.reconcile_secret_unavailable();
    case "setup_incomplete":
      return m.reconcile_setup_incomplete({ key: problem.key });
    case "not_saved":
      return m.error_not_saved({ why: storeWords(problem.problem) });
  }
}

/** What became of a sale while the till was away. */
export function awayWords({ outcome, amount_fen, receipt_number }: AwayView): string {
  const amount = money(amount_fen);
  if (outcome === "paid" || outcome === "refunding" || outcome === "refunded")
    return m.away_paid({ amount, number: receipt_number ?? "" });
  return outcome === "unresolved" ? m.away_unresolved({ amount }) : m.away_unpaid({ amount });
}

export function brokenWords(why: BrokenScan): string {
  const words: Record<BrokenScan, () => string> = {
    too_long: m.broken_too_long,
    incomplete: m.broken_incomplete,
    unreadable: m.broken_unreadable,
  };
  return words[why]();
}

export function outcomeWords(outcome: Outcome): string {
  const words: Record<Outcome, () => string> = {
    open: m.outcome_open,
    paid: m.outcome_paid,
    refunding: m.outcome_refunding,
    partly_refunded: m.outcome_partly_refunded,
    refunded: m.outcome_refunded,
    closed: m.outcome_closed,
    cancelled: m.outcome_cancelled,
    void: m.outcome_void,
    unresolved: m.outcome_unresolved,
  };
  return words[outcome]();
}

export function startWords(problem: StartProblem): string {
  switch (problem.code) {
    case "data_folder_in_use":
      return m.start_data_folder_in_use();
    case "data_folder_unwritable":
      return m.start_data_folder_unwritable({ path: problem.path });
    case "database_newer":
      return m.start_database_newer();
    case "database_damaged":
      return m.start_database_damaged();
    case "setting_invalid":
      return m.start_setting_invalid({ key: fieldWords(problem.key) });
    case "part_failed":
      return m.start_part_failed();
    case "stopped":
      return m.start_stopped();
  }
}

export function channelWords(channel: NonNullable<ReceiptDetail["channel"]>): string {
  return channel === "wechat" ? m.channel_wechat() : m.channel_alipay();
}

export function stageTitle(stage: Stage): string {
  const words: Record<Stage, () => string> = {
    submitting: m.stage_submitting_title,
    awaiting: m.stage_awaiting_title,
    verifying: m.stage_verifying_title,
    paid: m.stage_paid_title,
    closing: m.stage_closing_title,
    cancelling: m.stage_cancelling_title,
    closed: m.stage_closed_title,
    cancelled: m.stage_cancelled_title,
    void: m.stage_void_title,
    unresolved: m.stage_unresolved_title,
  };
  return words[stage]();
}

/** What happened, what it means for the money, and what to do, one sentence or two each; nothing to say is empty. */
export function paymentWords(payment: PaymentView): string[] {
  const { stage, reason, offline, declined, way } = payment;
  const words: string[] = [];
  if (reason !== null) words.push(reasonWords(reason));
  if (offline && stage in OFFLINE) words.push(OFFLINE[stage as keyof typeof OFFLINE]());
  else if (stage === "unresolved") words.push(unresolvedMoney(reason));
  else if (stage === "submitting" && way === "payment_code") words.push(m.code_sending_money());
  else if (stage === "awaiting" && way === "payment_code") words.push(m.code_confirm_text());
  else if (stage in MONEY) words.push(MONEY[stage as keyof typeof MONEY]());
  if (stage === "awaiting" && declined) words.push(m.declined_hint());
  if (stage === "unresolved") words.push(unresolvedToDo(reason));
  return words;
}

/** What to do about an outcome nobody knows, or one that is known and wrong. */
export function unresolvedToDo(reason: PaymentReason | null): string {
  return reason?.code === "amount_differs" ? m.amount_differs_do() : m.stage_unresolved_do();
}

/** What such an outcome means for the money. */
export function unresolvedMoney(reason: PaymentReason | null): string {
  return reason?.code === "amount_differs" ? m.amount_differs_money() : m.stage_unresolved_money();
}

const MONEY = {
  submitting: m.stage_submitting_money,
  verifying: m.stage_verifying_money,
  closing: m.stage_closing_money,
  cancelling: m.stage_cancelling_money,
  closed: m.stage_closed_money,
  cancelled: m.stage_cancelled_money,
  void: m.stage_void_money,
};

const OFFLINE = {
  submitting: m.offline_submitting,
  awaiting: m.offline_awaiting,
  verifying: m.offline_awaiting,
  closing: m.offline_ending,
  cancelling: m.offline_ending,
};

export function reasonWords(reason: PaymentReason): string {
  switch (reason.code) {
    case "expired":
      return m.reason_expired();
    case "by_cashier":
      return m.reason_by_cashier();
    case "never_sent":
      return m.reason_never_sent();
    case "rejected":
      return m.reason_rejected({
        code: foreignText(reason.gateway_code),
        message: foreignText(reason.message),
      });
    case "answer_contradicts":
      return m.reason_answer_contradicts();
    case "link_refused":
      return m.reason_link_refused();
    case "link_lost":
      return m.reason_link_lost();
    case "amount_differs":
      return m.reason_amount_differs();
    case "gateway_silent":
      return m.reason_gateway_silent();
    case "gateway_unsure":
      return m.reason_gateway_unsure();
    case "not_known":
      return m.reason_not_known();
    case "close_refused":
      return m.reason_close_refused({
        code: foreignText(reason.gateway_code),
        message: foreignText(reason.message),
      });
    case "by_gateway":
      return m.reason_by_gateway();
    case "rebuilt":
      return m.reason_rebuilt();
    case "code_refused":
      return m.reason_code_refused({
        code: foreignText(reason.gateway_code),
        message: foreignText(reason.message),
      });
  }
}
