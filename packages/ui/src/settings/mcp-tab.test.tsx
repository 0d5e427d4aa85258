import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { McpTab, type McpServerView } from './mcp-tab'

const unasked = (): Promise<never> => Promise.reject(new Error('unasked'))
const shown = (servers: readonly McpServerView[] | undefined): string =>
  renderToStaticMarkup(<McpTab servers={servers} relay="http://localhost:7878" onRead={unasked} onSignIn={unasked} onSignOut={unasked} />)
const docs: McpServerView = { name: 'docs', where: 'docs.example', signsIn: true, state: 'connected', tools: [] }

it('[F63] says where each server stands, and offers only what helps there', () => {
  const connected = shown([{ ...docs, tools: [{ id: 'mcp::docs::search', description: 'Finds\u202E words' }] }])
  expect(connected).toContain('Connected, with 1 tool.')
  expect(connected).toContain('mcp::docs::search')
  expect(connected).not.toContain('\u202E')
  expect([connected.includes('Sign out'), connected.includes('>Sign in<')]).toEqual([true, false])
  const waiting = shown([{ ...docs, state: 'needs-sign-in' }])
  expect([waiting.includes('Sign out'), waiting.includes('>Sign in<')]).toEqual([false, true])
  const failed = shown([{ ...docs, signsIn: false, state: 'failed', problem: 'docs.example could not be reached.' }])
  expect(failed).toContain('Not connected: docs.example could not be reached. It is tried again by itself.')
  expect(failed).not.toContain('<button')
})

it('says how a server comes to be, and how other programs reach one', () => {
  expect(shown([])).toContain('None is configured.')
  expect(shown([docs])).toContain('http://localhost:7878/mcp/docs')
  expect(shown(undefined)).toContain('Reading…')
})
