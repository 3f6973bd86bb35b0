import { m } from "../../shared/paraglide/messages.js";

export type Tab = "doctor" | "gateway" | "shop" | "goods" | "display";
/** From when on a change holds. */
type Holds = "now" | "next_sale" | "next_cart" | "next_start";

/** One setting as it is shown: its name in `yima config`, what it is called, and what it may be. */
export interface Field {
  key: string;
  label: () => string;
  hint: () => string;
  holds: Holds;
  /** The values there are; what has none is typed. */
  choices?: readonly string[];
  /** What the values are called, where that is not the same everywhere. */
  words?: Record<string, () => string>;
  maxlength?: number;
  isNumber?: boolean;
  isReadOnly?: boolean;
}

const ID_CHARS = 32;
const NAME_CHARS = 64;
const ADDRESS_CHARS = 500;
const PROMOTION_CHARS = 4000;
const PATH_CHARS = 400;

const GATEWAY: readonly Field[] = [
  {
    key: "gateway.base_url",
    label: m.field_base_url,
    hint: m.field_base_url_hint,
    holds: "next_sale",
    maxlength: ADDRESS_CHARS,
  },
  {
    key: "gateway.app_id",
    label: m.field_app_id,
    hint: m.field_app_id_hint,
    holds: "next_sale",
    maxlength: ID_CHARS,
  },
  {
    key: "gateway.sign_type",
    label: m.field_sign_type,
    hint: m.field_sign_type_hint,
    holds: "next_sale",
    choices: ["MD5", "RSA"],
  },
  {
    key: "gateway.profile.secret_key",
    label: m.field_secret_key,
    hint: m.field_secret_key_hint,
    holds: "next_sale",
    choices: ["app_sercet", "app_secret"],
  },
  {
    key: "gateway.profile.sign_type_signed",
    label: m.field_sign_type_signed,
    hint: m.field_sign_type_signed_hint,
    holds: "next_sale",
    choices: ["true", "false"],
  },
  {
    key: "gateway.profile.md5_output",
    label: m.field_md5_output,
    hint: m.field_md5_output_hint,
    holds: "next_sale",
    choices: ["base64_upper_hex", "upper_hex"],
  },
  {
    key: "gateway.profile.rsa_digest",
    label: m.field_rsa_digest,
    hint: m.field_rsa_digest_hint,
    holds: "next_sale",
    choices: ["sha256", "sha1"],
  },
  {
    key: "gateway.profile.amount_form",
    label: m.field_amount_form,
    hint: m.field_amount_form_hint,
    holds: "next_sale",
    choices: ["string", "number"],
  },
  {
    key: "sale.qr_timeout_s",
    label: m.field_qr_timeout,
    hint: m.field_qr_timeout_hint,
    holds: "next_sale",
    maxlength: 4,
    isNumber: true,
  },
  {
    key: "gateway.pay_url_hosts",
    label: m.field_pay_url_hosts,
    hint: m.field_pay_url_hosts_hint,
    holds: "next_start",
    maxlength: ADDRESS_CHARS,
  },
];

const SHOP: readonly Field[] = [
  {
    key: "mode",
    label: m.field_mode,
    hint: m.field_mode_hint,
    holds: "next_start",
    choices: ["practice", "live"],
    isReadOnly: true,
  },
  {
    key: "language",
    label: m.field_language,
    hint: m.field_language_hint,
    holds: "now",
    choices: ["zh-CN", "en"],
  },
  {
    key: "store.name",
    label: m.field_store_name,
    hint: m.field_store_name_hint,
    holds: "now",
    maxlength: NAME_CHARS,
  },
  {
    key: "till.number",
    label: m.field_till_number,
    hint: m.field_till_number_hint,
    holds: "next_sale",
    maxlength: 2,
    isNumber: true,
  },
  {
    key: "sale.rounding",
    label: m.field_rounding,
    hint: m.field_rounding_hint,
    holds: "next_sale",
    choices: ["none", "jiao", "yuan"],
    words: { none: m.choice_no_rounding, jiao: m.choice_jiao, yuan: m.choice_yuan },
  },
  {
    key: "sale.promotions",
    label: m.field_promotions,
    hint: m.field_promotions_hint,
    holds: "next_sale",
    maxlength: PROMOTION_CHARS,
  },
  {
    key: "scan.same_code",
    label: m.field_same_code,
    hint: m.field_same_code_hint,
    holds: "now",
    choices: ["merge", "new_line"],
  },
  {
    key: "scan.in_store_codes",
    label: m.field_in_store_codes,
    hint: m.field_in_store_codes_hint,
    holds: "now",
    maxlength: ADDRESS_CHARS,
  },
  {
    key: "store.cashier_id",
    label: m.field_cashier_id,
    hint: m.field_id_hint,
    holds: "next_sale",
    maxlength: ID_CHARS,
  },
  {
    key: "store.waiter1_id",
    label: m.field_waiter1_id,
    hint: m.field_waiter_hint,
    holds: "next_cart",
    maxlength: ID_CHARS,
  },
  {
    key: "store.waiter2_id",
    label: m.field_waiter2_id,
    hint: m.field_waiter_hint,
    holds: "next_cart",
    maxlength: ID_CHARS,
  },
  {
    key: "store.store_id",
    label: m.field_store_id,
    hint: m.field_id_hint,
    holds: "next_sale",
    maxlength: ID_CHARS,
  },
  {
    key: "store.terminal_id",
    label: m.field_terminal_id,
    hint: m.field_terminal_id_hint,
    holds: "next_sale",
    maxlength: ID_CHARS,
  },
  {
    key: "sound.volume",
    label: m.field_sound_volume,
    hint: m.field_sound_volume_hint,
    holds: "now",
    maxlength: 3,
    isNumber: true,
  },
  {
    key: "sound.muted",
    label: m.field_sound_muted,
    hint: m.field_sound_muted_hint,
    holds: "now",
    choices: ["false", "true"],
    words: { false: m.choice_heard, true: m.choice_silent },
  },
  {
    key: "sound.spoken_paid",
    label: m.field_sound_spoken,
    hint: m.field_sound_spoken_hint,
    holds: "now",
    choices: ["false", "true"],
    words: { false: m.choice_tone_only, true: m.choice_tone_and_words },
  },
  {
    key: "staff.discount_limit_percent",
    label: m.field_discount_limit,
    hint: m.field_discount_limit_hint,
    holds: "now",
    maxlength: 3,
    isNumber: true,
  },
  {
    key: "staff.lock_after_min",
    label: m.field_lock_after,
    hint: m.field_lock_after_hint,
    holds: "now",
    maxlength: 3,
    isNumber: true,
  },
];

const DISPLAY: readonly Field[] = [
  {
    key: "display.customer",
    label: m.display_where,
    hint: m.display_test_hint,
    holds: "now",
  },
  {
    key: "display.pictures",
    label: m.field_pictures,
    hint: m.field_pictures_hint,
    holds: "now",
    maxlength: PATH_CHARS,
  },
  {
    key: "display.goods_pictures",
    label: m.field_goods_pictures,
    hint: m.field_goods_pictures_hint,
    holds: "now",
    maxlength: PATH_CHARS,
  },
];

export const FIELDS: Record<Exclude<Tab, "doctor" | "goods">, readonly Field[]> = {
  gateway: GATEWAY,
  shop: SHOP,
  display: DISPLAY,
};

/** What a setting is called, by its name in `yima config`. */
export function fieldWords(key: string): string {
  return [...GATEWAY, ...SHOP, ...DISPLAY].find((field) => field.key === key)?.label() ?? key;
}

export function holdsWords(holds: Holds): string {
  const words: Record<Holds, () => string> = {
    now: m.holds_now,
    next_sale: m.holds_next_sale,
    next_cart: m.holds_next_cart,
    next_start: m.holds_next_start,
  };
  return words[holds]();
}

const CHOICES: Record<string, () => string> = {
  practice: m.choice_practice,
  live: m.choice_live,
  "zh-CN": m.choice_chinese,
  en: m.choice_english,
  true: m.choice_signed,
  false: m.choice_not_signed,
  merge: m.choice_merge,
  new_line: m.choice_new_line,
  string: m.choice_string,
  number: m.choice_number,
};

/** One of a setting's values; those that are names at the gateway stay as they are. */
export function choiceWords(value: string): string {
  return CHOICES[value]?.() ?? value;
}
