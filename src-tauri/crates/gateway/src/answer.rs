//! Reading what the gateway answers. Anything doubtful is an error, never a guess.

use serde_json::value::RawValue;
use yima_core::Fen;

use crate::fields::{Fields, FieldsError, depth, scalar};
use crate::{CallError, MalformedReason, OrderStatus};

/// Far deeper than any answer is, far less than would cost anything.
pub(crate) const MAX_DEPTH: usize = 32;

const SUCCESS: i64 = 1000;

/// The answer's `data`, once its code says success.
pub(crate) fn data(text: &str) -> Result<Fields<'_>, CallError> {
    if depth(text) > MAX_DEPTH {
        return Err(MalformedReason::TooDeep.into());
    }
    let envelope = Fields::parse(text).map_err(MalformedReason::from)?;
    let code = code(&envelope)?;
    if code != SUCCESS {
        return Err(CallError::Rejected { code, msg: envelope.text("msg").unwrap_or_default() });
    }
    envelope.get("data").map_or(Ok(Fields::EMPTY), object).map_err(CallError::from)
}

/// `code`, which the vendor's tables call `status`.
fn code(envelope: &Fields<'_>) -> Result<i64, MalformedReason> {
    let read =
        |name| envelope.get(name).map(|value| whole_number(value).ok_or(MalformedReason::Code)).transpose();
    match (read("code")?, read("status")?) {
        (Some(code), Some(status)) if code != status => Err(MalformedReason::Code),
        (code, status) => code.or(status).ok_or(MalformedReason::Code),
    }
}

fn whole_number(value: &RawValue) -> Option<i64> {
    let text = scalar(value)?;
    text.parse().ok().filter(|number: &i64| number.to_string() == text)
}

pub(crate) fn object(value: &RawValue) -> Result<Fields<'_>, MalformedReason> {
    Ok(Fields::parse(value.get())?)
}

/// Reading the fields of `data`. Absent, `null` and `""` are one and the same: the vendor sends any of them.
impl<'a> Fields<'a> {
    pub(crate) fn required_text(&self, name: &'static str) -> Result<String, MalformedReason> {
        self.optional_text(name)?.ok_or(MalformedReason::Field { name })
    }

    pub(crate) fn optional_text(&self, name: &'static str) -> Result<Option<String>, MalformedReason> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = scalar(value).ok_or(MalformedReason::Field { name })?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    pub(crate) fn required_fen(&self, name: &'static str) -> Result<Fen, MalformedReason> {
        self.optional_fen(name)?.ok_or(MalformedReason::Field { name })
    }

    pub(crate) fn optional_fen(&self, name: &'static str) -> Result<Option<Fen>, MalformedReason> {
        let text = self.optional_text(name)?;
        text.map(|text| Fen::parse(&text).map_err(|_| MalformedReason::Field { name })).transpose()
    }

    pub(crate) fn order_status(&self) -> Result<OrderStatus, MalformedReason> {
        const NAME: &str = "order_status";
        let value = self.get(NAME).ok_or(MalformedReason::Field { name: NAME })?;
        Ok(OrderStatus::parse(&scalar(value).unwrap_or_else(|| value.get().to_owned())))
    }

    /// The objects of an array; none where it is absent.
    pub(crate) fn list(&self, name: &'static str) -> Result<Vec<Fields<'a>>, MalformedReason> {
        self.entries(name)?.into_iter().map(object).collect()
    }

    /// The values of an array; none where it is absent.
    pub(crate) fn entries(&self, name: &'static str) -> Result<Vec<&'a RawValue>, MalformedReason> {
        match self.get(name) {
            Some(value) if value.get() != "\"\"" => {
                serde_json::from_str(value.get()).map_err(|_| MalformedReason::Field { name })
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The object of that name, if there is one that can be read.
    pub(crate) fn object(&self, name: &str) -> Option<Fields<'a>> {
        self.get(name).and_then(|value| object(value).ok())
    }

    pub(crate) fn required_count(&self, name: &'static str) -> Result<u64, MalformedReason> {
        let count = self.get(name).and_then(whole_number).and_then(|number| number.try_into().ok());
        count.ok_or(MalformedReason::Field { name })
    }
}

impl From<FieldsError> for MalformedReason {
    fn from(error: FieldsError) -> Self {
        match error {
            FieldsError::NotAnObject => Self::NotJson,
            FieldsError::DuplicateKey => Self::DuplicateKey,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outcome(text: &str) -> Result<Vec<(String, String)>, CallError> {
        data(text)
            .map(|data| data.iter().map(|(key, value)| (key.to_owned(), value.get().to_owned())).collect())
    }

    #[test]
    fn success_is_1000_however_it_is_written() {
        for text in [
            r#"{"code":1000,"msg":"ok","data":{"a":1}}"#,
            r#"{"status":1000,"data":{"a":1}}"#,
            r#"{"code":"1000","data":{"a":1},"extra":[{"__proto__":1e400}]}"#,
            r#"{"code":1000,"status":"1000","data":{"a":1}}"#,
            r#"{"code":null,"status":1000,"data":{"a":1}}"#,
        ] {
            assert_eq!(outcome(text), Ok(vec![("a".to_owned(), "1".to_owned())]), "{text}");
        }
        for text in [r#"{"code":1000}"#, r#"{"code":1000,"data":null}"#, r#"{"code":1000,"data":{}}"#] {
            assert_eq!(outcome(text), Ok(vec![]), "{text}");
        }
    }

    #[test]
    fn another_code_is_a_rejection_with_its_text() {
        let check = |text: &str, code, msg: &str| {
            assert_eq!(outcome(text), Err(CallError::Rejected { code, msg: msg.to_owned() }), "{text}");
        };
        check(r#"{"code":2000,"msg":"签名错误","data":{}}"#, 2000, "签名错误");
        check(r#"{"code":"2001","data":null}"#, 2001, "");
        check(r#"{"status":-1,"msg":null}"#, -1, "");
        check(r#"{"code":5001,"msg":{"a":1},"data":"x"}"#, 5001, "");
        check(r#"{"code":0,"data":[]}"#, 0, "");
    }

    #[test]
    fn what_cannot_be_read_is_said_to_be() {
        let check = |text: &str, reason: MalformedReason| {
            assert_eq!(outcome(text), Err(reason.into()), "{}", text.chars().take(60).collect::<String>());
        };
        for text in
            ["", "{}x", "<!doctype html>", "\u{feff}{\"code\":1000}", "{\"code\":1000\0}", "[1000]", "NaN"]
        {
            check(text, MalformedReason::NotJson);
        }
        for text in ["{}", r#"{"code":"x"}"#, r#"{"code":1000.0}"#, r#"{"code":1e3}"#, r#"{"code":1e400}"#] {
            check(text, MalformedReason::Code);
        }
        for text in [
            r#"{"code":1000,"status":2000}"#,
            r#"{"code":true}"#,
            r#"{"code":99999999999999999999}"#,
            r#"{"code":"+1000"}"#,
        ] {
            check(text, MalformedReason::Code);
        }
        check(r#"{"code":1000,"code":1000}"#, MalformedReason::DuplicateKey);
        check(r#"{"code":1000,"data":{"a":1,"a":2}}"#, MalformedReason::DuplicateKey);
        check(r#"{"code":1000,"data":[]}"#, MalformedReason::NotJson);
        check(
            &format!(r#"{{"code":1000,"x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000)),
            MalformedReason::TooDeep,
        );
        check(&"[".repeat(10_000), MalformedReason::TooDeep);
    }

    #[test]
    fn amounts_are_exact_decimals() {
        let check = |value: &str, expected: Option<i64>| {
            let text = format!(r#"{{"code":1000,"data":{{"amount":{value}}}}}"#);
            let read = data(&text).unwrap().required_fen("amount");
            let expected = expected.map(Fen::new).ok_or(MalformedReason::Field { name: "amount" });
            assert_eq!(read, expected, "{value}");
        };
        for (value, fen) in
            [("11.0", 1100), ("\"11.00\"", 1100), ("1", 100), ("0", 0), ("\"88.88\"", 8888), ("0.1", 10)]
        {
            check(value, Some(fen));
        }
        for value in ["11.005", "-1", "-0", "1e2", "\"1e2\"", "\"NaN\"", "\"\"", "null", "true", "{}", "[1]"]
        {
            check(value, None);
        }
        for value in ["\" 1\"", "\"+1\"", "\"１\"", "99999999999999999999", "1e400", "\"1,00\"", "\"¥1\""] {
            check(value, None);
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}") {
            let _ = outcome(&text);
        }

        #[test]
        fn nothing_like_an_answer_panics(
            code in r#"[0-9"\-e.]{0,6}"#, value in r#"[{}\[\]":,\\a-c0-2u.\-e ]{0,30}"#,
        ) {
            if let Ok(data) = data(&format!(r#"{{"code":{code},"data":{{"a":{value}}}}}"#)) {
                let _ = (data.optional_text("a"), data.optional_fen("a"), data.list("a").map(|list| list.len()));
            }
        }

        #[test]
        fn an_amount_that_is_read_has_the_digits_that_were_sent(
            zeros in "0{0,3}", yuan in "0|[1-9][0-9]{0,15}", decimals in "[0-9]{0,3}",
        ) {
            let point = if decimals.is_empty() { "" } else { "." };
            let text = format!(r#"{{"code":1000,"data":{{"a":"{zeros}{yuan}{point}{decimals}"}}}}"#);
            let read = data(&text).unwrap().required_fen("a").map(|amount| amount.to_string());
            prop_assert_eq!(read.ok(), (decimals.len() <= 2).then(|| format!("{yuan}.{decimals:0<2}")));
        }

        #[test]
        fn a_printed_amount_reads_back(fen in 0..=i64::MAX) {
            for quote in ["", "\""] {
                let text = format!(r#"{{"code":1000,"data":{{"a":{quote}{}{quote}}}}}"#, Fen::new(fen));
                prop_assert_eq!(data(&text).unwrap().required_fen("a"), Ok(Fen::new(fen)));
            }
        }
    }
}
