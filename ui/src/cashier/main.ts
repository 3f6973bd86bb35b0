import "../shared/base.css";
import { mount } from "svelte";
import { attach } from "../shared/backend/cashier";
import { drawNow } from "../shared/draw-now";
import { startTheme } from "../shared/theme.svelte";
import { switchOffWebviewGestures } from "../shared/webview-gestures";
import App from "./App.svelte";
import { Desk } from "./desk.svelte";
import { ScanListener } from "./scan-listener";

const desk = new Desk();

startTheme();
switchOffWebviewGestures();
new ScanListener({
  scan: (code) => desk.scan(code),
  broken: (why) => desk.scanBroke(why),
  typed: (key) => desk.press(key),
  pressed: (key) => desk.press(key),
  entry: () => (desk.dialog === null ? (desk.quick.typingField() ?? desk.entryField) : null),
}).start();
mount(App, { target: document.body, props: { desk } });
void attach((message) => {
  desk.accept(message);
  drawNow();
});
