import { assert, isThere, load, read, solved, testsPass } from '../../../../kit.mjs'
import { withShelf } from '../../../../kit-server.mjs'

assert.ok(isThere('src/errors.js'), 'there is a src/errors.js')
const { BadRequest, NotFound } = await load('src/errors.js')
for (const [Kind, status] of [
  [BadRequest, 400],
  [NotFound, 404],
]) {
  const error = new Kind('why')
  assert.ok(error instanceof Error)
  assert.equal(error.status, status)
  assert.equal(error.message, 'why')
}
const { readBook } = await load('src/validate.js')
assert.throws(() => readBook({}), BadRequest, 'readBook throws that BadRequest')
await withShelf([{ title: 'Emma', author: 'Jane Austen' }], async (ask) => {
  for (const method of ['GET', 'DELETE']) {
    const { status, body } = await ask('/books/77', { method })
    assert.deepEqual([status, body], [404, { error: 'no book 77' }], `${method} of a missing book`)
  }
  assert.deepEqual((await ask('/books/x')).body, { error: 'no book x' })
  assert.deepEqual((await ask('/nowhere')).body, { error: 'nothing at /nowhere' })
  assert.equal((await ask('/books', { json: {} })).body.error, 'title is missing')
  assert.equal((await ask('/books/1', { method: 'DELETE' })).status, 204)
})
assert.doesNotMatch(read('src/books.js'), /status\(404\)/, 'src/books.js still makes a 404 itself')
assert.doesNotMatch(read('src/validate.js'), /class BadRequest/, 'BadRequest has moved')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
