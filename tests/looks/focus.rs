//! Tab goes the way the eye goes, and where it is can be seen. The customer's window has nothing to go to.

use anyhow::{Context, Result};
use serde_json::Value;
use yima_tests::browser::Browser;

use crate::{Catch, Page};

pub async fn look(browser: &Browser, page: Page) -> Result<Catch> {
    browser.speak("zh-CN").await?;
    let places = browser.run(include_str!("focus.js"), vec![]).await?;
    let places =
        places.as_u64().and_then(|places| usize::try_from(places).ok()).context("a count of places")?;
    // Once around, and to where it began.
    browser.press_tab(places + 2).await?;
    let visited = browser.run("return window.visited", vec![]).await?;
    let visited = visited.as_array().map_or(&[][..], Vec::as_slice);
    let seen = u64::try_from(visited.len())?;
    if page == Page::Customer {
        let taken = visited.iter().map(|place| format!("{} takes the focus", place["name"])).collect();
        return Ok(Catch { wrong: taken, seen });
    }
    let mut wrong = of_one_round(visited);
    if visited.len() < places {
        wrong.push(format!("the focus came to {} of {places} places", visited.len()));
    }
    Ok(Catch { wrong, seen })
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
