import { renderToStaticMarkup } from 'react-dom/server'
import type { ChosenFunction, WorkerFunction } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { RelayWebSearch } from './relay-web-search'

const search: WorkerFunction = {
  id: 'web::search',
  worker: 'searcher',
  identity: 'search',
  description: '',
  input: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
  version: '',
  effect: 'ask',
  isHot: false,
  uses: 0,
}
const refund: WorkerFunction = { ...search, id: 'orders::refund', input: { type: 'object', properties: { id: { type: 'integer' } } } }
const shown = (functions: readonly WorkerFunction[], webSearch?: ChosenFunction): string =>
  renderToStaticMarkup(<RelayWebSearch membership={{ functions, webSearch }} onWebSearch={() => undefined} />)

it('offers the provider and the functions that take words to search for, and marks the one that was chosen', () => {
  const html = shown([refund, search])
  expect(html).toMatch(/<option value="" selected="">the model’s provider/)
  expect(html).toContain('web::search of searcher')
  expect(html).not.toContain('orders::refund')
  expect(shown([search], search)).toMatch(/<option value="0" selected="">web::search of searcher/)
})

it('says where the chosen one is away, and does not take another by its name for it', () => {
  const gone = /<option value="away" selected="">web::search of searcher, which is not here now/
  expect(shown([], search)).toMatch(gone)
  expect(shown([{ ...search, identity: 'others' }], search)).toMatch(gone)
})
