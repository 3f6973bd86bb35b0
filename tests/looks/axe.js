// Looks the page over with axe in the language it is in; answers with what is wrong, each with where.
const [levels, language, answer] = arguments;
const frame = () => new Promise((next) => setTimeout(next, 30));
const rules = (colours) => ({ "color-contrast": { enabled: colours } });
const looks =
  language === "en"
    ? [{ theme: "light", run: { runOnly: levels, rules: rules(false) } }]
    : [
        { theme: "light", run: { runOnly: levels, rules: rules(true) } },
        { theme: "dark", run: { runOnly: { type: "rule", values: ["color-contrast"] } } },
      ];

async function look() {
  const wrong = [];
  let seen = 0;
  for (const { theme, run } of looks) {
    document.documentElement.dataset.theme = theme;
    await frame();
    const { violations, passes } = await axe.run(document, { ...run, resultTypes: ["violations"] });
    seen += passes.length;
    if (passes.length === 0) wrong.push(`${language} ${theme}: axe saw nothing`);
    for (const { id, nodes } of violations) {
      for (const { html, any } of nodes) wrong.push(`${language} ${theme} ${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`);
    }
  }
  document.documentElement.dataset.theme = "light";
  return { wrong, seen };
}

function begin() {
  look().then(answer, (error) => answer({ wrong: [String(error)], seen: 0 }));
}

if (window.axe) begin();
else {
  const script = document.createElement("script");
  script.src = "/axe.min.js";
  script.onerror = () => answer({ wrong: ["axe was not loaded"], seen: 0 });
  script.onload = begin;
  document.head.append(script);
}
