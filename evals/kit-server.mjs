// For checkers of projects that answer requests.
import { load } from './kit.mjs'

/**
 * Starts the shelf of the work with these books and asks it things; the server ends with the function.
 * @param {readonly Record<string, unknown>[]} books
 * @param {(ask: (path: string, init?: RequestInit & { json?: unknown }) => Promise<{ status: number, headers: Headers, body: any }>, store: any) => Promise<void>} act
 */
export async function withShelf(books, act) {
  const { createApp } = await load('src/app.js')
  const { createStore } = await load('src/store.js')
  const store = createStore(books)
  const server = createApp(store).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${server.address().port}`
  try {
    await act(async (path, { json, ...init } = {}) => {
      const sent =
        json === undefined ? init : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json), method: 'POST', ...init }
      const answer = await fetch(url + path, { redirect: 'manual', ...sent })
      const text = await answer.text()
      let body
      try {
        body = JSON.parse(text)
      } catch {
        body = text
      }
      return { status: answer.status, headers: answer.headers, body }
    }, store)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
