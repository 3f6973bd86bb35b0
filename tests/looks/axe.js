// Looks the page over with axe in each language and theme; answers with what is wrong, each with where.
const [levels, answer] = [arguments[0], arguments[arguments.length - 1]];
const frame = () => new Promise((next) => setTimeout(next, 40));
const script = document.createElement("script");
script.src = "/axe.min.js";
script.onerror = () => answer(["axe was not loaded"]);
script.onload = async () => {
  try {
    const found = [];
    for (const language of ["zh-CN", "en"]) {
      window.dispatchEvent(new CustomEvent("speak", { detail: language }));
      // Words make no difference to colours.
      for (const theme of language === "en" ? ["light", "dark"] : ["light"]) {
        document.documentElement.dataset.theme = theme;
        await frame();
        // The theme changes colours alone.
        const only = theme === "dark" ? { type: "rule", values: ["color-contrast"] } : { type: "tag", values: levels };
        const { violations, passes } = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
        if (passes.length === 0) found.push(`${language} ${theme}: axe saw nothing`);
        for (const { id, nodes } of violations) {
          for (const { html, any } of nodes) found.push(`${language} ${theme} ${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`);
        }
      }
    }
    answer(found);
  } catch (error) {
    answer([String(error)]);
  }
};
document.head.append(script);
