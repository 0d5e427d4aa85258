const HEAD = `import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { brokenLinks } from '../scripts/check-links.mjs'

function broken(t, files) {
  const root = mkdtempSync(join(tmpdir(), 'site-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return brokenLinks(root)
}

test('finds what is missing, by href and by src', (t) => {
  assert.deepEqual(broken(t, { 'index.html': '<a href="gone.html">x</a><img src="gone.png">' }), ['index.html: gone.html', 'index.html: gone.png'])
})

test('leaves other places alone', (t) => {
  const html = '<a href="https://example.org/x">x</a><a href="mailto:a@example.org">m</a><a href="#here">h</a><a href="index.html#there">t</a>'
  assert.deepEqual(broken(t, { 'index.html': html }), [])
})
`
const BELOW = `
test('links are from their page on', (t) => {
  const files = { 'a/page.html': '<a href="../index.html">up</a><a href="index.html">no</a>', 'index.html': '' }
  assert.deepEqual(broken(t, files), ['a/page.html: index.html'])
})
`
export const right = [{ read: 'scripts/check-links.mjs' }, { write: 'test/check-links.test.js', text: HEAD + BELOW }, { try: 'npm test' }]

// One folder only.
export const wrong = [{ write: 'test/check-links.test.js', text: HEAD }, { try: 'npm test' }]
