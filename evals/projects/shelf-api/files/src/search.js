import { Router } from 'express'
import { readBook } from './validate.js'

/** What was there before `/books` was. */
export function searchRouter(store) {
  const router = Router()

  router.get('/search', (request, response) => {
    const wanted = (request.param('q') || '').toLowerCase()
    if (wanted === '') return response.json(400, { error: 'q is missing' })
    response.json(store.list().filter(({ title, author }) => `${title} ${author}`.toLowerCase().includes(wanted)))
  })

  router.post('/import', (request, response) => {
    if (!Array.isArray(request.body)) return response.send(400, { error: 'a list is needed' })
    const books = request.body.map(readBook)
    books.forEach((book) => store.add(book))
    response.send(202, { imported: books.length })
  })

  router.get('/shelf', (request, response) => {
    response.redirect('/books', 301)
  })

  return router
}
