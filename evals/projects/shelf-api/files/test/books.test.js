import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createApp } from '../src/app.js'
import { createStore } from '../src/store.js'

let server
let url
before(async () => {
  const store = createStore([
    { title: 'Emma', author: 'Jane Austen', year: 1815 },
    { title: 'Persuasion', author: 'Jane Austen', year: 1817 },
    { title: 'Middlemarch', author: 'George Eliot', year: 1871 },
  ])
  server = createApp(store).listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://localhost:${server.address().port}`
})
after(() => server.close())

test('lists books by title', async () => {
  const { books, total } = await (await fetch(`${url}/books`)).json()
  assert.deepEqual(books.map((book) => book.title), ['Emma', 'Middlemarch', 'Persuasion'])
  assert.equal(total, 3)
})

test('takes a new book and gives it back', async () => {
  const made = await fetch(`${url}/books`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title: ' Silas Marner ', author: 'George Eliot', year: 1861 }),
  })
  assert.equal(made.status, 201)
  const book = await (await fetch(url + made.headers.get('location'))).json()
  assert.equal(book.title, 'Silas Marner')
})

test('refuses a book without a title', async () => {
  const refused = await fetch(`${url}/books`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"author":"x"}' })
  assert.equal(refused.status, 400)
  assert.match((await refused.json()).error, /title/)
})
