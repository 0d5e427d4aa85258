const parts = (change) => [
  { read: 'src/books.js' },
  { read: 'src/validate.js' },
  {
    edit: 'README.md',
    old: '| `DELETE',
    new: '| `PATCH /books/:id` some of `{ title, author, year }` | the book, or 404; `year: null` removes it |\n| `DELETE',
  },
  { edit: 'src/store.js', old: '    remove:', new: '    put: (book) => void all.set(book.id, book),\n    remove:' },
  {
    edit: 'src/books.js',
    old: "  router.delete('/:id'",
    new: `  router.patch('/:id', (request, response) => {
    const book = store.get(Number(request.params.id))
    if (!book) return response.status(404).json({ error: \`no book \${request.params.id}\` })
${change}
  })

  router.delete('/:id'`,
  },
]

export const right = [
  ...parts(`    const { id, ...before } = book
    const { year, ...rest } = { ...before, ...request.body }
    const changed = { id, ...readBook(year === null || year === undefined ? rest : { ...rest, year }) }
    store.put(changed)
    response.json(changed)`),
  { try: 'npm test' },
]

// Field by field: what was good before the bad one stays.
export const wrong = [
  ...parts(`    for (const field of ['title', 'author', 'year']) {
      if (!(field in request.body)) continue
      if (field === 'year' && request.body.year === null) {
        delete book.year
        continue
      }
      book[field] = readBook({ ...book, [field]: request.body[field] })[field]
    }
    response.json(book)`),
  { try: 'npm test' },
]
