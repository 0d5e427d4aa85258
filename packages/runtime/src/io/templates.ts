import type { TemplateName } from '@tabwright/protocol'

/** Small projects that work as they are. Path to text. */
export const TEMPLATE_FILES: Readonly<Record<TemplateName, Readonly<Record<string, string>>>> = {
  page: {
    'index.html': `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>A page</title>
    <link rel="stylesheet" href="style.css" />
  </head>
  <body>
    <main>
      <h1>A page</h1>
      <p>Pressed <output id="count">0</output> times.</p>
      <button id="more" type="button">Once more</button>
    </main>
    <script type="module" src="main.js"></script>
  </body>
</html>
`,
    'style.css': `:root {
  color-scheme: light dark;
  font-family: system-ui, sans-serif;
}
main {
  max-width: 40rem;
  margin: 4rem auto;
  padding: 0 1rem;
}
button {
  padding: 0.5rem 1rem;
  font: inherit;
}
`,
    'main.js': `const count = document.querySelector('#count')
let times = 0

document.querySelector('#more').addEventListener('click', () => {
  times += 1
  count.textContent = String(times)
})
`,
  },
  program: {
    'package.json': `{
  "name": "program",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": {
    "start": "node src/main.js",
    "test": "node --test"
  }
}
`,
    'src/words.js': `/** How often each word is in a text, the most frequent first; words of the same count in the order of the alphabet. */
export function countWords(text) {
  const counts = new Map()
  for (const [word] of text.toLowerCase().matchAll(/[\\p{L}\\p{N}]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}
`,
    'src/main.js': `import { readFileSync } from 'node:fs'
import { countWords } from './words.js'

const [path = 'README.md'] = process.argv.slice(2)
for (const [word, count] of countWords(readFileSync(path, 'utf8')).slice(0, 10)) console.log(\`\${count}\\t\${word}\`)
`,
    'test/words.test.js': `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countWords } from '../src/words.js'

test('the most frequent word is first', () => {
  assert.deepEqual(countWords('One, two. Two!'), [
    ['two', 2],
    ['one', 1],
  ])
})

test('nothing has no words', () => {
  assert.deepEqual(countWords(' '), [])
})
`,
    'README.md': `# Program

Counts the words of a file.

    node src/main.js README.md
    node --test
`,
  },
}
