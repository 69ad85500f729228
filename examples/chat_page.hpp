#pragma once
// The page of the chat: one file without anything from elsewhere. Whatever people type reaches it as text and is shown
// as text (textContent, never innerHTML), so nobody can put markup or a script into somebody else's page.

inline constexpr char chat_page[] = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chat</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 40rem; margin: 1rem auto; padding: 0 1rem }
  #lines { min-height: 40vh; overflow-wrap: anywhere }
  form { display: flex; gap: .5rem; position: sticky; bottom: 0; padding: .5rem 0; background: Canvas }
  input { flex: 1; min-width: 0 }
  input, button { font: inherit; padding: .5rem }
</style>
<h1>Room <span id="room"></span></h1>
<div id="lines" role="log"></div>
<form>
  <input autofocus autocomplete="off" maxlength="1000" placeholder="your nickname" aria-label="what to send">
  <button>Send</button>
</form>
<script>
  const form = document.querySelector("form"), input = form.querySelector("input");
  let ws;

  function show(line) {
    const div = document.createElement("div");
    div.textContent = line;
    document.querySelector("#lines").append(div);
    form.scrollIntoView();
  }

  function enter(nickname) {
    ws = new WebSocket(location.href.replace(/^http/, "ws").replace(/#.*/, ""));
    ws.onopen = () => { ws.send(nickname); input.placeholder = "say something"; };
    ws.onmessage = (event) => show(event.data);
    ws.onclose = (event) => {
      show("* closed: " + (event.reason || event.code));
      input.placeholder = "your nickname";
      ws = undefined;
    };
  }

  form.onsubmit = (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    if (!ws) enter(text);
    else if (ws.readyState === WebSocket.OPEN) ws.send(text);
    else return;
    input.value = "";
  };

  const room = location.pathname.replace("/room/", "");
  try { document.querySelector("#room").textContent = decodeURIComponent(room); }
  catch { document.querySelector("#room").textContent = room; }
</script>
)html";
