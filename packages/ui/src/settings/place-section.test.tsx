import { renderToStaticMarkup } from 'react-dom/server'
import { keyOfHands, type OfferedDirectory } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { PlaceSection } from './place-section'

const shop: OfferedDirectory = { name: 'shop', mark: 'a machine', identity: 'me', isConfined: true }
const key = keyOfHands({ ...shop, type: 'remote' })

/** Labels in their order, the chosen one in brackets. */
function shown(place: string, offered: readonly OfferedDirectory[], hasContainers: boolean): readonly string[] {
  const html = renderToStaticMarkup(
    <PlaceSection place={place} offered={offered} hasContainers={hasContainers} onPlace={() => undefined} />,
  )
  return [...html.matchAll(/<input([^>]*)\/><span>(.*?)<\/span>/g)].map(([, input = '', label = '']) =>
    input.includes('checked') ? `[${label}]` : label,
  )
}

it('offers what can be had, and marks what was chosen', () => {
  expect(shown('automatic', [], false)).toEqual(['[Automatic]', 'Sandbox in this tab'])
  expect(shown('webcontainers', [shop], true)).toEqual([
    'Automatic',
    'Sandbox in this tab',
    '[WebContainers in this tab]',
    'Directory shop',
  ])
  expect(shown(key, [shop], false)).toEqual(['Automatic', 'Sandbox in this tab', '[Directory shop]'])
})

it('shows what was chosen where it cannot be had, and does not take another for it', () => {
  expect(shown('webcontainers', [], false).at(-1)).toBe('[WebContainers in this tab]')
  expect(shown(key, [{ ...shop, isConfined: false }], false)).toEqual([
    'Automatic',
    'Sandbox in this tab',
    'Directory shop',
    '[The directory that you chose]',
  ])
})
