"use strict";
// Everything shown is set with textContent: nothing of an article is ever read as markup.
const article = JSON.parse(document.getElementById("article-data").textContent);
const byId = (id) => document.getElementById(id);
const sound = byId("sound");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const HOLD_MS = 280; // a word stays lit over the short gap before the next one
const WAIT_AFTER_SCROLL_MS = 4000; // the page does not follow the voice right after the reader scrolled

const words = []; // every tappable word, in reading order: {element, facts}
const sentences = []; // {element, marker, translation, start, end}
let wordCues = []; // [{start, end, elements}], by start
let sentenceCues = [];
let chosen = null;
let stopAt = null; // ms at which a single word stops playing
let handScrolledAt = -Infinity;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function dots(band) {
  const row = make("span", `dots b${band}`);
  row.setAttribute("aria-hidden", "true");
  row.append(make("i"), make("i"), make("i"), make("i"));
  return row;
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

const BUBBLE = "M6 5h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-6.5L7 19.5V16H6a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM8.5 9h7M8.5 12h4.5";
const TRIANGLE = "M9 6.5l8 5.5-8 5.5z";

/* --- building the page ------------------------------------------------------------------------------------ */

function buildWord(piece) {
  const element = make("span", "word", piece.text);
  element.setAttribute("role", "button");
  element.tabIndex = words.length === 0 ? 0 : -1;
  element.dataset.word = words.length;
  words.push({ element, facts: piece });
  return element;
}

function buildMarker(number, translated) {
  const marker = make("button", "marker");
  marker.type = "button";
  marker.append(icon(translated ? BUBBLE : TRIANGLE));
  if (translated) {
    marker.setAttribute("aria-expanded", "false");
    marker.setAttribute("aria-controls", `translation-${number}`);
    marker.title = "Translation";
  }
  marker.setAttribute("aria-label", translated ? `Translation of sentence ${number + 1}` : `Go to sentence ${number + 1}`);
  return marker;
}

function buildTranslation(number, text) {
  const translation = make("span", "translation", text);
  translation.id = `translation-${number}`;
  translation.lang = article.native || "";
  translation.dir = "auto";
  translation.hidden = true;
  return translation;
}

function buildSentence(paragraph, data) {
  const number = sentences.length;
  const element = make("span", "sentence");
  element.dataset.sentence = number;
  const parts = data.pieces.map((piece) => (typeof piece === "string" ? piece : buildWord(piece)));
  const seekable = article.audio && data.start !== null;
  const sentence = { element, marker: null, translation: null, start: data.start, end: data.end };
  sentences.push(sentence);
  paragraph.append(data.gap, element);
  if (!data.translation && !seekable) return element.append(...parts);
  element.classList.add("tappable");
  sentence.marker = buildMarker(number, Boolean(data.translation));
  sentence.marker.dataset.sentence = number;
  const lastWord = parts.findLastIndex((part) => typeof part !== "string");
  const tail = make("span", "tail"); // the last word and the marker stay on one line
  tail.append(...parts.splice(lastWord < 0 ? parts.length : lastWord), sentence.marker);
  element.append(...parts, tail);
  if (!data.translation) return;
  sentence.translation = buildTranslation(number, data.translation);
  paragraph.append(sentence.translation);
}

function buildText() {
  byId("text").lang = article.language;
  byId("title").lang = article.language;
  byId("title").textContent = article.title;
  byId("facts").textContent = article.facts;
  for (const data of article.paragraphs) {
    const paragraph = make("p");
    paragraph.dir = "auto";
    for (const sentence of data) buildSentence(paragraph, sentence);
    byId("text").append(paragraph);
  }
}

function buildHint() {
  const translated = sentences.some((sentence) => sentence.translation);
  const parts = [];
  if (words.length) parts.push("Tap a word to look at it.");
  if (translated) parts.push("Tap the bubble after a sentence for its translation.");
  byId("hint").textContent = parts.join(" ");
  if (!translated) return;
  const all = make("button", "", "Show all translations");
  all.type = "button";
  all.addEventListener("click", () => {
    const show = sentences.some((sentence) => sentence.translation?.hidden);
    for (const sentence of sentences) showTranslation(sentence, show);
    all.textContent = show ? "Hide all translations" : "Show all translations";
  });
  byId("hint").append(" ", all);
}

function buildUsefulWords() {
  for (const useful of article.useful_words) {
    const button = make("button");
    button.type = "button";
    const lemma = make("b", "", useful.lemma);
    lemma.lang = article.language;
    const note = make("small", "", useful.note);
    const meter = make("i");
    meter.append(dots(useful.band));
    meter.title = useful.rarity;
    button.append(lemma, note, meter);
    button.addEventListener("click", () => showUseful(useful));
    const row = make("li");
    row.append(button);
    byId("word-list").append(row);
  }
  byId("words").hidden = article.useful_words.length === 0;
}

function buildProfile() {
  if (!article.profile) return;
  byId("profile").hidden = false;
  byId("profile-line").append("Reads like ", make("b", "", article.profile.level), `. ${article.profile.line}`);
  article.profile.shares.forEach((share, band) => {
    const bar = make("i", `fill${band}`);
    bar.style.flexGrow = share.part;
    byId("shares").append(bar);
    const row = make("li");
    row.append(make("i", `fill${band}`), `${share.name} ${Math.round(share.part * 100)} %`);
    byId("legend").append(row);
  });
}

function buildOrigins() {
  for (const origin of article.origins) byId("origins").append(make("dt", "", origin.what), make("dd", "", origin.whence));
}

/* --- words and sentences ---------------------------------------------------------------------------------- */

function choose(index) {
  const { element, facts } = words[index];
  chosen?.classList.remove("chosen");
  chosen = element;
  element.classList.add("chosen");
  byId("card-word").textContent = facts.text;
  byId("card-word").lang = byId("card-reading").lang = article.language;
  byId("card-reading").textContent = facts.reading || "";
  byId("card-reading").hidden = !facts.reading;
  byId("card-sentence").hidden = !sentenceOf(element).translation;
  byId("card-hear").hidden = !article.audio || facts.start === null;
  const lemma = make("b", "", facts.lemma);
  lemma.lang = article.language;
  const form = make("span", "", "lemma ");
  form.append(lemma);
  byId("card-facts").replaceChildren(form, make("span", "", facts.pos));
  if (facts.band !== null) {
    const rarity = make("span", "", `${facts.rarity} `);
    rarity.append(dots(facts.band));
    byId("card-facts").append(rarity);
  }
  byId("card").hidden = false;
  rove(index);
  element.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
}

function rove(index) {
  for (const word of words) word.element.tabIndex = -1;
  words[index].element.tabIndex = 0;
  words[index].element.focus({ preventScroll: true });
}

function closeCard() {
  byId("card").hidden = true;
  chosen?.classList.remove("chosen");
  chosen?.focus({ preventScroll: true });
  chosen = null;
}

function showTranslation(sentence, show) {
  if (!sentence.translation) return;
  sentence.translation.hidden = !show;
  sentence.marker.setAttribute("aria-expanded", String(show));
}

function tapSentence(sentence) {
  if (!sentence.marker) return;
  const opens = sentence.translation ? sentence.translation.hidden : true;
  showTranslation(sentence, opens);
  if (opens && article.audio && sentence.start !== null) seekTo(sentence.start);
}

function sentenceOf(word) {
  return sentences[Number(word.closest(".sentence").dataset.sentence)];
}

function showUseful(useful) {
  const home = sentences[useful.sentence]?.element;
  const index = words.findIndex((word) => word.facts.lemma === useful.lemma && (!home || home.contains(word.element)));
  if (index >= 0) choose(index);
}

function onTextClick(event) {
  if (!getSelection().isCollapsed) return; // the reader is selecting text
  const word = event.target.closest(".word");
  if (word) return choose(Number(word.dataset.word));
  const part = event.target.closest(".sentence, .marker");
  if (part) tapSentence(sentences[Number(part.dataset.sentence)]);
}

function onTextKey(event) {
  const word = event.target.closest(".word");
  if (!word) return;
  const index = Number(word.dataset.word);
  const forward = getComputedStyle(word).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const next = event.key === forward ? index + 1 : event.key === back ? index - 1 : index;
  if (event.key === "Enter" || event.key === " ") choose(index);
  else if (next === index || !words[next]) return;
  else if (chosen) choose(next);
  else rove(next);
  event.preventDefault();
}

/* --- the voice -------------------------------------------------------------------------------------------- */

function cuesOf(things) {
  const cues = new Map();
  for (const { element, start, end } of things) {
    if (start === null || end === null) continue;
    const key = `${start}-${end}`; // words that are spoken as one sound light up together
    if (cues.has(key)) cues.get(key).elements.push(element);
    else cues.set(key, { start, end, elements: [element] });
  }
  return [...cues.values()].sort((a, b) => a.start - b.start);
}

function cueAt(cues, now) {
  let low = 0;
  let high = cues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cues[middle].start <= now) low = middle + 1;
    else high = middle;
  }
  const cue = cues[low - 1];
  if (!cue) return null;
  const until = Math.max(cue.end, Math.min(cues[low]?.start ?? cue.end, cue.end + HOLD_MS));
  return now < until ? cue : null;
}

function light(className, cue) {
  for (const element of document.querySelectorAll(`.${className}`)) if (!cue?.elements.includes(element)) element.classList.remove(className);
  for (const element of cue?.elements ?? []) element.classList.add(className);
}

function follow(cue) {
  if (!cue || performance.now() - handScrolledAt < WAIT_AFTER_SCROLL_MS) return;
  const box = cue.elements[0].getBoundingClientRect();
  const inView = box.top > 0 && box.bottom < innerHeight - byId("dock").offsetHeight - 24;
  if (!inView) cue.elements[0].scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

function clockText(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

let followed = null; // the sentence that the page has scrolled to

function show() {
  const now = sound.currentTime * 1000;
  if (stopAt !== null && now >= stopAt) {
    stopAt = null;
    sound.pause();
  }
  const idle = sound.paused && now === 0;
  light("spoken", idle ? null : cueAt(wordCues, now));
  const sentence = idle ? null : cueAt(sentenceCues, now);
  light("current", sentence);
  if (sound.paused) followed = null;
  else if (sentence !== followed) follow((followed = sentence));
  byId("seek").value = now;
  byId("seek").setAttribute("aria-valuetext", clockText(now));
  byId("clock").replaceChildren(clockText(now), make("span", "", ` / ${clockText(article.audio.duration_ms)}`));
}

function run() {
  show();
  if (!sound.paused) requestAnimationFrame(run);
}

function seekTo(ms) {
  stopAt = null;
  sound.currentTime = (ms + 1) / 1000; // one millisecond inside, or rounding lights the word before
}

function toggle() {
  stopAt = null;
  if (sound.paused) sound.play();
  else sound.pause();
}

function hearWord() {
  const { facts } = words[Number(chosen.dataset.word)];
  seekTo(facts.start);
  stopAt = facts.end;
  sound.play();
}

function setSpeed(speed) {
  sound.playbackRate = sound.defaultPlaybackRate = speed;
  for (const button of document.querySelectorAll("[data-speed]")) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
}

function loadAudio() {
  const bytes = Uint8Array.from(atob(byId("audio-data").textContent), (letter) => letter.charCodeAt(0));
  sound.src = URL.createObjectURL(new Blob([bytes], { type: article.audio.content_type }));
}

function buildPlayer() {
  if (!article.audio) return;
  wordCues = cuesOf(words.map(({ element, facts }) => ({ element, start: facts.start, end: facts.end })));
  sentenceCues = cuesOf(sentences);
  loadAudio();
  byId("seek").max = article.audio.duration_ms;
  byId("player").hidden = false;
  byId("play").addEventListener("click", toggle);
  byId("seek").addEventListener("input", () => seekTo(Number(byId("seek").value)));
  for (const button of document.querySelectorAll("[data-speed]")) button.addEventListener("click", () => setSpeed(Number(button.dataset.speed)));
  for (const name of ["play", "pause", "ended"]) {
    sound.addEventListener(name, () => {
      byId("play").classList.toggle("playing", !sound.paused);
      byId("play").setAttribute("aria-label", sound.paused ? "Play" : "Pause");
      run();
    });
  }
  sound.addEventListener("seeked", show);
  sound.addEventListener("error", () => byId("clock").replaceChildren("cannot be played here"));
  show();
}

function onKey(event) {
  if (event.key === "Escape" && !byId("card").hidden) closeCard();
  else if (event.key === " " && article.audio && event.target === document.body) {
    event.preventDefault();
    toggle();
  }
}

buildText();
buildHint();
buildUsefulWords();
buildProfile();
buildOrigins();
buildPlayer();
byId("text").addEventListener("click", onTextClick);
byId("text").addEventListener("keydown", onTextKey);
byId("card-close").addEventListener("click", closeCard);
byId("card-hear").addEventListener("click", hearWord);
byId("card-sentence").addEventListener("click", () => tapSentence(sentenceOf(chosen)));
addEventListener("keydown", onKey);
for (const name of ["wheel", "touchmove"]) addEventListener(name, () => { handScrolledAt = performance.now(); }, { passive: true });
