//! Who asks the system for little motion gets none.

use anyhow::{Result, ensure};
use yima_tests::browser::Browser;

use crate::Catch;

pub async fn look(browser: &Browser) -> Result<Catch> {
    let asked = browser.run("return matchMedia('(prefers-reduced-motion: reduce)').matches", vec![]).await?;
    ensure!(asked == true, "the browser does not know that little motion is wanted");
    Catch::of(&browser.run(MOVING, vec![]).await?)
}

/// What moves or would.
const MOVING: &str = "
    const lasts = (times) => times.split(',').some((time) => Number.parseFloat(time) > 0);
    const all = [...document.querySelectorAll('*')];
    const wrong = all.flatMap((element) => {
        const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element);
        const moves = (animationName !== 'none' && lasts(animationDuration)) || lasts(transitionDuration);
        return moves || scrollBehavior === 'smooth' ? [`${element.tagName} ${element.className} moves`] : [];
    });
    return { wrong, seen: all.length };";
