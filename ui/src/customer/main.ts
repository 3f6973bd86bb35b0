import "../shared/base.css";
import { mount } from "svelte";
import { listenForViews } from "../shared/backend/customer";
import { startTheme } from "../shared/theme.svelte";
import { switchOffKeys, switchOffWebviewGestures } from "../shared/webview-gestures";
import App from "./App.svelte";
import { CustomerState } from "./customer-state.svelte";

const state = new CustomerState();

startTheme();
switchOffWebviewGestures();
switchOffKeys();
mount(App, { target: document.body, props: { state } });
void listenForViews((message) => state.accept(message));
