import { assert, read, solved, testsPass } from '../../../../kit.mjs'
import { withShelf } from '../../../../kit-server.mjs'

await withShelf(
  [
    { title: 'Emma', author: 'Jane Austen', year: 1815 },
    { title: 'Middlemarch', author: 'George Eliot' },
  ],
  async (ask) => {
    const patch = (id, json) => ask(`/books/${id}`, { method: 'PATCH', json })
    const first = { id: 1, title: 'Emma', author: 'Jane Austen', year: 1815 }
    const changed = await patch(1, { year: 1816 })
    assert.equal(changed.status, 200)
    assert.deepEqual(changed.body, { ...first, year: 1816 }, 'one field is changed, the whole book answered')
    assert.deepEqual((await ask('/books/1')).body, { ...first, year: 1816 }, 'it is kept')
    assert.equal((await patch(1, { title: '  Emma, again ' })).body.title, 'Emma, again', 'trimmed as with POST')
    assert.equal((await patch(1, { title: 'Emma', id: 99, shelf: 'top' })).body.id, 1, 'the id stays')
    assert.equal((await ask('/books/99')).status, 404)
    assert.equal((await ask('/books/1')).body.shelf, undefined, 'unknown fields are ignored')
    for (const [bad, field] of [
      [{ title: ' ' }, /title/],
      [{ author: 5 }, /author/],
      [{ year: 18.5 }, /year/],
      [{ year: '1816' }, /year/],
    ]) {
      const refused = await patch(1, bad)
      assert.equal(refused.status, 400, `${JSON.stringify(bad)} is refused`)
      assert.match(refused.body.error, field)
    }
    assert.equal((await patch(1, { title: 'Changed', year: 'no' })).status, 400)
    assert.equal((await ask('/books/1')).body.title, 'Emma', 'nothing is changed when anything is wrong')
    const without = await patch(1, { year: null })
    assert.equal(without.status, 200)
    assert.ok(!('year' in (await ask('/books/1')).body), 'null removes the year')
    assert.deepEqual(
      (await patch(2, {})).body,
      { id: 2, title: 'Middlemarch', author: 'George Eliot' },
      'nothing to change changes nothing',
    )
    assert.equal((await patch(77, { title: 'x' })).status, 404)
    assert.equal((await patch(1, [])).status === 500, false)
    assert.equal((await ask('/books')).body.total, 2)
    assert.equal((await ask('/books', { json: { title: 'x', author: 'y', year: null } })).status, 400, 'POST is as it was')
  },
)
assert.match(read('README.md'), /PATCH \/books\/:id/, 'the README has it')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
