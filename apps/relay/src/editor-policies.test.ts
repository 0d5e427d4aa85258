import { TRUSTED_TYPES_POLICIES } from '@tabwright/protocol/headers'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('the policy allows exactly the Trusted Types policies that the installed editor creates, and our own', () => {
  const root = fileURLToPath(new URL('../../../node_modules/monaco-editor/esm', import.meta.url))
  const names = new Set<string>(['tabwright-worker', 'dompurify'])
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js')) continue
    const found = readFileSync(`${root}/${file}`, 'utf8').matchAll(/(?:createTrustedTypesPolicy|createPolicy)\(['"]([^'"]+)['"]/g)
    for (const [, name] of found) names.add(name ?? '')
  }
  expect([...TRUSTED_TYPES_POLICIES].toSorted()).toEqual([...names].toSorted())
})
