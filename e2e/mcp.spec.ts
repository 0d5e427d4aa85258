import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, startRelay, test } from './fixtures'

/** A server that speaks the protocol over its standard streams, by hand. */
const SERVER = `
import { createInterface } from 'node:readline'
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  const answer = (result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
  if (method === 'initialize') answer({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } })
  else if (method === 'tools/list') answer({ tools: [{ name: 'search', description: 'Finds pages.', inputSchema: { type: 'object' } }] })
})
`

test('Settings says where each MCP server stands, what it offers and what is wrong', async ({ page }) => {
  const data = await mkdtemp(join(tmpdir(), 'tabwright-e2e-mcp-'))
  await writeFile(join(data, 'server.mjs'), SERVER)
  const servers = {
    docs: { command: process.execPath, args: [join(data, 'server.mjs')] },
    issues: { url: 'http://127.0.0.1:9/mcp' },
  }
  await writeFile(join(data, 'mcp.json'), JSON.stringify({ servers }))
  const relay = await startRelay({ TABWRIGHT_DATA: data })
  try {
    await page.goto(relay.url)
    await page.getByRole('button', { name: 'Settings' }).first().click()
    await page.getByRole('tab', { name: 'MCP' }).click()
    await expect(page.getByRole('group', { name: 'docs' })).toContainText('Connected, with 1 tool.')
    await expect(page.getByRole('region', { name: 'Tools of docs' })).toContainText('mcp::docs::search')
    await expect(page.getByRole('group', { name: 'issues' })).toContainText(/Not connected: .*127\.0\.0\.1:9/)
    await expect(page.getByRole('button', { name: 'Sign in' })).toHaveCount(0)
    await expect(page.getByText(`${relay.url}/mcp/docs`)).toBeVisible()
  } finally {
    await relay.stop()
    await rm(data, { recursive: true, force: true })
  }
})
