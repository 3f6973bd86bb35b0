//! Times, and the table they are told in.

use std::time::Duration;

#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn median_ms(&self) -> f64 {
        self.quantile_ms(0.5)
    }

    /// The time that this share of all do not exceed.
    pub fn quantile_ms(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let nearest = (sorted.len() as f64 * share).ceil() as usize;
        sorted[nearest.clamp(1, sorted.len()) - 1].as_secs_f64() * 1_000.0
    }
}

struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    most: Option<f64>,
}

#[derive(Default)]
pub struct Figures {
    figures: Vec<Figure>,
    remarks: Vec<String>,
}

impl Figures {
    pub fn add(&mut self, name: &str, value: f64, unit: &'static str, most: Option<f64>) {
        self.figures.push(Figure { name: name.to_owned(), value, unit, most });
    }

    pub fn remark(&mut self, remark: String) {
        self.remarks.push(remark);
    }

    pub fn table(&self) -> String {
        let mut lines = self.remarks.clone();
        lines.push(format!("{:<58}{:>10}  {:<4}{:>10}", "", "measured", "", "at most"));
        for Figure { name, value, unit, most } in &self.figures {
            let wanted = most.map_or_else(String::new, |most| format!("{most:.1}"));
            let mark = most.map_or("", |most| if *value <= most { "  ok" } else { "  OVER" });
            lines.push(format!("{name:<58}{value:>10.2}  {unit:<4}{wanted:>10}{mark}"));
        }
        lines.join("\n")
    }

    pub fn json(&self) -> serde_json::Value {
        let figures: Vec<_> = self
            .figures
            .iter()
            .map(|figure| {
                let ok = figure.most.map(|most| figure.value <= most);
                serde_json::json!({ "name": figure.name.trim(), "value": (figure.value * 1000.0).round() / 1000.0,
                    "unit": figure.unit, "at_most": figure.most, "ok": ok })
            })
            .collect();
        serde_json::json!({ "figures": figures, "about": self.remarks })
    }
}
