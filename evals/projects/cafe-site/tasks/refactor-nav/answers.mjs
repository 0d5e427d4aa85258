const INLINE = `    <script type="module">
      import { sentence } from './js/hours.js'
      document.querySelector('#open').textContent = sentence(new Date())
    </script>`
const HOURS = `[
  { from: 600, to: 1020 },
  undefined,
  { from: 540, to: 1080 },
  { from: 540, to: 1080 },
  { from: 540, to: 1080 },
  { from: 540, to: 1080 },
  { from: 600, to: 1020 },
]
`
const split = [
  { read: 'js/hours.js' },
  {
    write: 'js/opening-hours.js',
    text: `/** By day of the week, Sunday first, in minutes from midnight; undefined is closed. */\nexport const HOURS = ${HOURS}`,
  },
  {
    edit: 'js/hours.js',
    old: `/** Opening hours by day of the week, Sunday first, in minutes from midnight; a day without any is closed. */\nconst HOURS = ${HOURS}`,
    new: "import { HOURS } from './opening-hours.js'\n\n",
  },
  { edit: 'index.html', old: INLINE, new: '    <script type="module" src="js/home.js"></script>' },
]
const home = (from) => ({
  write: 'js/home.js',
  text: `import { sentence } from '${from}'\n\ndocument.querySelector('#open').textContent = sentence(new Date())\n`,
})

export const right = [...split, home('./hours.js'), { try: 'npm test' }]

// The path as it was in the page, which is another folder.
export const wrong = [...split, home('./js/hours.js'), { try: 'npm test' }]
