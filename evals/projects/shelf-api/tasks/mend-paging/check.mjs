import { assert, solved, testsPass } from '../../../../kit.mjs'
import { withShelf } from '../../../../kit-server.mjs'

const books = Array.from({ length: 30 }, (_, n) => ({
  title: `Book ${String(n).padStart(2, '0')}`,
  author: n % 3 === 0 ? 'Ann' : 'Ben',
  year: 1900 + n,
}))
await withShelf(books, async (ask) => {
  const titles = async (query) => (await ask(`/books?${query}`)).body.books.map(({ title }) => title)
  assert.deepEqual(await titles('author=Ann&page=1&size=2'), ['Book 00', 'Book 03'], 'the first page of an author')
  assert.deepEqual(await titles('author=Ann&page=2&size=4'), ['Book 12', 'Book 15', 'Book 18', 'Book 21'], 'the second page')
  assert.deepEqual(await titles('author=Ann&page=3&size=4'), ['Book 24', 'Book 27'], 'the last page')
  assert.deepEqual(await titles('author=Ann&page=9&size=4'), [], 'behind the last page')
  assert.equal((await ask('/books?author=Ann&size=2')).body.total, 10, 'total is what matches')
  assert.equal((await ask('/books?author=Nobody')).body.total, 0)
  assert.equal((await ask('/books')).body.total, 30, 'without an author all match')
  assert.equal((await ask('/books')).body.books.length, 10)
  assert.equal((await ask('/books?size=999')).body.books.length, 30)
  assert.equal((await ask('/books?page=x')).status, 400, 'what is no number is still refused')
})
assert.ok(testsPass(), 'the tests of the project pass')
solved()
