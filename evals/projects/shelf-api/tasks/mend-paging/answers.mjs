const OLD = `    const all = store.list()
    const start = (page - 1) * size
    const shown = all.slice(start, start + size).filter((book) => author === undefined || book.author === author)
    response.json({ books: shown, total: all.length, page, size })`

export const right = [
  { read: 'src/books.js' },
  {
    edit: 'src/books.js',
    old: OLD,
    new: `    const found = store.list().filter((book) => author === undefined || book.author === author)
    const start = (page - 1) * size
    response.json({ books: found.slice(start, start + size), total: found.length, page, size })`,
  },
  { try: 'npm test' },
]

// The total of the page.
export const wrong = [
  {
    edit: 'src/books.js',
    old: OLD,
    new: `    const start = (page - 1) * size
    const shown = store
      .list()
      .filter((book) => author === undefined || book.author === author)
      .slice(start, start + size)
    response.json({ books: shown, total: shown.length, page, size })`,
  },
  { try: 'npm test' },
]
