//! Figures, and how they are told.

use serde_json::{Map, Value, json};

/// Measured values of one thing, in milliseconds unless its name says otherwise.
#[derive(Clone, Debug, Default)]
pub struct Series(Vec<f64>);

impl Series {
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The value below which this share of all lies; 0 of an empty series.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let nearest = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1));
        sorted.get(nearest - 1).copied().unwrap_or_default()
    }
}

impl Extend<f64> for Series {
    fn extend<T: IntoIterator<Item = f64>>(&mut self, values: T) {
        self.0.extend(values);
    }
}

/// A time as a page gives it, in milliseconds, to the microsecond: what is left beyond is the dust of its subtractions.
#[expect(clippy::disallowed_methods, reason = "a time, not an amount")]
#[must_use]
pub fn page_time_ms(value: &Value) -> Option<f64> {
    value.as_f64().map(|time_ms| (time_ms * 1_000.0).round() / 1_000.0)
}

/// One figure: what it is, how much, and the most it may be.
#[derive(Clone, Debug)]
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    most: Option<f64>,
}

/// All figures of one run, in the order they were found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    figures: Vec<Figure>,
    remarks: Vec<String>,
}

impl Report {
    pub fn add(&mut self, name: &str, value: f64, unit: &'static str, most: Option<f64>) {
        self.figures.push(Figure { name: name.to_owned(), value, unit, most });
    }

    /// What could not be measured, and why.
    pub fn remark(&mut self, remark: String) {
        self.remarks.push(remark);
    }

    #[must_use]
    pub fn table(&self) -> String {
        let mut lines = vec![format!("{:<58}{:>10}  {:<4}{:>10}", "", "measured", "", "at most")];
        for Figure { name, value, unit, most } in &self.figures {
            let most_text = most.map_or_else(String::new, |most| format!("{most:.1}"));
            let mark = most.map_or("", |most| if *value <= most { "  ok" } else { "  OVER" });
            lines.push(format!("{name:<58}{value:>10.2}  {unit:<4}{most_text:>10}{mark}"));
        }
        lines.extend(self.remarks.iter().map(|remark| format!("not measured: {remark}")));
        lines.join("\n")
    }

    #[must_use]
    pub fn json(&self) -> Value {
        let figures: Vec<Value> = self.figures.iter().map(Figure::json).collect();
        json!({ "figures": figures, "not_measured": self.remarks })
    }
}

impl Figure {
    fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("name".to_owned(), self.name.clone().into());
        object.insert("value".to_owned(), json!((self.value * 1000.0).round() / 1000.0));
        object.insert("unit".to_owned(), self.unit.into());
        if let Some(most) = self.most {
            object.insert("at_most".to_owned(), json!(most));
            object.insert("ok".to_owned(), (self.value <= most).into());
        }
        Value::Object(object)
    }
}
