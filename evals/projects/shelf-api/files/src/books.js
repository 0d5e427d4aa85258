import { Router } from 'express'
import { readBook, readNumber } from './validate.js'

const MOST = 50

/** Everything below `/books`. */
export function booksRouter(store) {
  const router = Router()

  router.get('/', (request, response) => {
    const { author } = request.query
    const page = readNumber(request.query.page, 'page', { min: 1, max: Infinity, otherwise: 1 })
    const size = readNumber(request.query.size, 'size', { min: 1, max: MOST, otherwise: 10 })
    const all = store.list()
    const start = (page - 1) * size
    const shown = all.slice(start, start + size).filter((book) => author === undefined || book.author === author)
    response.json({ books: shown, total: all.length, page, size })
  })

  router.get('/:id', (request, response) => {
    const book = store.get(Number(request.params.id))
    if (!book) return response.status(404).json({ error: `no book ${request.params.id}` })
    response.json(book)
  })

  router.post('/', (request, response) => {
    const book = store.add(readBook(request.body))
    response.status(201).location(`/books/${book.id}`).json(book)
  })

  router.delete('/:id', (request, response) => {
    if (!store.remove(Number(request.params.id))) return response.status(404).json({ error: `no book ${request.params.id}` })
    response.status(204).end()
  })

  return router
}
