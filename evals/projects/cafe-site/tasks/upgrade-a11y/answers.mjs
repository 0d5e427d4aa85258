const PAGES = 'index.html pages/*.html'
const parts = (fields) => [
  {
    run: `sed -i 's#<body>#<body>\\n    <a href="\\#content" class="skip">Skip to content</a>#; s#<main>#<main id="content">#; s#<nav>#<nav aria-label="Main">#' ${PAGES}`,
  },
  { edit: 'index.html', old: '<img src="css/garden.svg">', new: '<img src="css/garden.svg" alt="The garden behind the café">' },
  { run: `sed -i 's#<tr><td>\\([A-Za-z]*\\)</td>#<tr><th scope="row">\\1</th>#' pages/menu.html` },
  {
    edit: 'pages/menu.html',
    old: '<h2 id="coffee">Coffee</h2>\n      <table>',
    new: '<h2 id="coffee">Coffee</h2>\n      <table>\n        <caption>Prices of coffee</caption>',
  },
  {
    edit: 'pages/menu.html',
    old: '<h2 id="cake">Cake</h2>\n      <table>',
    new: '<h2 id="cake">Cake</h2>\n      <table>\n        <caption>Prices of cake</caption>',
  },
  { read: 'pages/visit.html' },
  ...fields,
]

export const right = [
  ...parts([
    { edit: 'pages/visit.html', old: '<input name="name" placeholder="Your name">', new: '<label>Your name <input name="name"></label>' },
    {
      edit: 'pages/visit.html',
      old: '<input name="people"',
      new: '<label for="people">How many</label>\n        <input id="people" name="people"',
    },
  ]),
  { try: 'npm test && npm run check' },
]

// A name for machines, and nothing that a person can see or press.
export const wrong = [
  ...parts([
    { edit: 'pages/visit.html', old: 'placeholder="Your name"', new: 'placeholder="Your name" aria-label="Your name"' },
    { edit: 'pages/visit.html', old: 'placeholder="How many"', new: 'placeholder="How many" aria-label="How many"' },
  ]),
  { try: 'npm test' },
]
