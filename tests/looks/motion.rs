//! Who asks the system for little motion gets none.

use anyhow::ensure;
use yima_tests::browser::System;

use crate::{Page, Wrong, look, sentences};

#[test]
fn nothing_moves_where_that_is_asked_for() {
    look(System::LittleMotion, async |browser| {
        let mut wrong = Wrong::default();
        for state in [Page::Cashier.states()?, Page::Customer.states()?].concat() {
            browser.show(&state.address).await?;
            let asked =
                browser.run("return matchMedia('(prefers-reduced-motion: reduce)').matches", vec![]).await?;
            ensure!(asked == true, "the browser does not know that little motion is wanted");
            wrong.add(&state, sentences(&browser.run(MOVING, vec![]).await?));
        }
        Ok(wrong)
    });
}

/// What moves or would.
const MOVING: &str = "
    const lasts = (times) => times.split(',').some((time) => Number.parseFloat(time) > 0);
    return [...document.querySelectorAll('*')].flatMap((element) => {
        const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element);
        const moves = (animationName !== 'none' && lasts(animationDuration)) || lasts(transitionDuration);
        return moves || scrollBehavior === 'smooth' ? [`${element.tagName} ${element.className} moves`] : [];
    })";
