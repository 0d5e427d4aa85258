import { assert, solved, testsPass } from '../../../../kit.mjs'
import { withShelf } from '../../../../kit-server.mjs'

await withShelf(
  [
    { title: 'Emma', author: 'Jane Austen' },
    { title: 'Middlemarch', author: 'George Eliot' },
  ],
  async (ask) => {
    const found = await ask('/search?q=aust')
    assert.equal(found.status, 200)
    assert.deepEqual(
      found.body.map(({ title }) => title),
      ['Emma'],
      'it finds by author',
    )
    assert.deepEqual(
      (await ask('/search?q=MIDDLE')).body.map(({ title }) => title),
      ['Middlemarch'],
      'whatever the case',
    )
    for (const nothing of ['/search', '/search?q=']) {
      const { status, body } = await ask(nothing)
      assert.deepEqual([status, body], [400, { error: 'q is missing' }], `${nothing} is a 400`)
    }
    assert.ok([200, 400].includes((await ask('/search?q=a&q=b')).status), 'q given twice is no 500')
    const imported = await ask('/import', {
      json: [
        { title: 'Silas Marner', author: 'George Eliot' },
        { title: 'Romola', author: 'George Eliot' },
      ],
    })
    assert.deepEqual([imported.status, imported.body], [202, { imported: 2 }])
    assert.equal((await ask('/books')).body.total, 4)
    const none = await ask('/import', { json: { title: 'x' } })
    assert.deepEqual([none.status, none.body], [400, { error: 'a list is needed' }])
    assert.equal((await ask('/import', { json: [{ title: 'x', author: 'y' }, {}] })).status, 400)
    assert.equal((await ask('/books')).body.total, 4, 'a list with a bad book brings nothing in')
    const shelf = await ask('/shelf')
    assert.equal(shelf.status, 301, '/shelf is a permanent redirect')
    assert.equal(shelf.headers.get('location'), '/books')
  },
)
assert.ok(testsPass(), 'the tests of the project pass')
solved()
