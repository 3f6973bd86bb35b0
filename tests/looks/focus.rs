//! Tab goes the way the eye goes, and where it is can be seen.

use serde_json::Value;
use yima_tests::browser::System;

use crate::{Page, Wrong, look};

/// More than any state has buttons in view.
const TABS: usize = 70;

#[test]
fn the_focus_goes_the_way_the_eye_goes() {
    look(System::Usual, async |browser| {
        browser.resize(1024, 768).await?;
        let mut wrong = Wrong::default();
        let mut visits = 0;
        for state in Page::Cashier.states()? {
            browser.show(&state.address).await?;
            browser.run(include_str!("focus.js"), vec![]).await?;
            browser.press_tab(TABS).await?;
            let visited = browser.run("return window.visited", vec![]).await?;
            let visited = visited.as_array().cloned().unwrap_or_default();
            visits += visited.len();
            wrong.add(&state, of_one_round(&visited));
        }
        anyhow::ensure!(visits > 1_000, "only {visits} places had the focus");
        Ok(wrong)
    });
}

#[test]
fn the_customers_window_takes_no_focus() {
    look(System::Usual, async |browser| {
        let mut wrong = Wrong::default();
        for state in Page::Customer.states()? {
            browser.show(&state.address).await?;
            browser.run(include_str!("focus.js"), vec![]).await?;
            browser.press_tab(3).await?;
            let visited = browser.run("return window.visited.length", vec![]).await?;
            if visited != 0 {
                wrong.add(&state, ["something takes the focus".to_owned()]);
            }
        }
        Ok(wrong)
    });
}

/// What is wrong from the first place to where it begins anew.
fn of_one_round(visited: &[Value]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, place) in visited.iter().enumerate() {
        let is_again = visited[..at].iter().any(|before| is_same(before, place));
        if is_again {
            break;
        }
        let name = place["name"].as_str().unwrap_or("?");
        if place["seen"] != true {
            wrong.push(format!("the focus on {name} is not seen"));
        }
        if let Some(before) = at.checked_sub(1).map(|at| &visited[at])
            && before["region"] == place["region"]
            && !is_onward(before, place)
        {
            wrong.push(format!("from {} the focus goes back to {name}", before["name"]));
        }
    }
    wrong
}

fn is_same(one: &Value, other: &Value) -> bool {
    ["name", "left", "top"].iter().all(|part| one[part] == other[part])
}

/// To the right in the same row, further down, or to what stands at the right of all that.
fn is_onward(from: &Value, to: &Value) -> bool {
    let edge = |place: &Value, name: &str| place[name].as_i64().unwrap_or(0);
    let middle = |place: &Value| i64::midpoint(edge(place, "top"), edge(place, "bottom"));
    let in_row = middle(to) > edge(from, "top") && middle(to) < edge(from, "bottom");
    let is_beside = edge(to, "left") >= edge(from, "right");
    is_beside || (in_row && edge(to, "left") >= edge(from, "left")) || middle(to) > middle(from)
}
