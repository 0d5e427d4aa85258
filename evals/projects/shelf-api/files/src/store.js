/** Books in memory, each with an id of its own. */
export function createStore(books = []) {
  const all = new Map()
  let last = 0
  const add = ({ title, author, year }) => {
    const book = { id: ++last, title, author, year }
    all.set(book.id, book)
    return book
  }
  books.forEach(add)
  return {
    add,
    get: (id) => all.get(id),
    remove: (id) => all.delete(id),
    list: () => [...all.values()].sort((a, b) => a.title.localeCompare(b.title) || a.id - b.id),
  }
}
