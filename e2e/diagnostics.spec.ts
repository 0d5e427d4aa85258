import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, startSession, test } from './fixtures'

const TSCONFIG = JSON.stringify({ compilerOptions: { strict: true, target: 'es2022', lib: ['es2022'], types: [], module: 'esnext' } })

test('the agent reads what TypeScript says of its files', async ({ page, relay, model }) => {
  model.setScript([
    answer([
      tool('write_file', { path: 'tsconfig.json', content: TSCONFIG }),
      tool('write_file', { path: 'size.ts', content: 'export const size = 1\n' }),
      tool('write_file', { path: 'use.ts', content: "import { size } from './size'\nexport const text: string = size\n" }),
      tool('diagnostics', {}),
    ]),
    answer([text('Checked.')]),
  ])
  await startSession(page, relay.url, 'check')
  await expect(page.getByRole('log')).toContainText('Checked.', { timeout: 30_000 })
  await idle(page)
  const results: { readonly content: string }[] = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1).content
  expect(JSON.stringify(results[3])).toContain("use.ts:2:14 error TS2322: Type 'number' is not assignable to type 'string'.")
})
