import express from 'express'
import { booksRouter } from './books.js'
import { searchRouter } from './search.js'

/** The application on a store. */
export function createApp(store) {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.json())
  app.use('/books', booksRouter(store))
  app.use(searchRouter(store))
  app.use((request, response) => {
    response.status(404).json({ error: `nothing at ${request.path}` })
  })
  app.use((error, request, response, next) => {
    const status = error.status ?? 500
    response.status(status).json({ error: status === 500 ? 'something went wrong' : error.message })
  })
  return app
}
