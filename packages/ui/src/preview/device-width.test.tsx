import { renderToStaticMarkup } from 'react-dom/server'
import type { PreviewView } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { deviceWidth, WIDTHS } from './device-width'
import { PreviewBar } from './preview-bar'
import type { PreviewSource } from './preview-pane'

const view: PreviewView = {
  status: { type: 'shown' },
  path: '/',
  title: '',
  folders: [''],
  folder: '',
  ports: [],
  rows: [],
  errors: 0,
}
const nothing = (): void => undefined
const preview: PreviewSource = {
  getView: () => view,
  subscribe: () => nothing,
  show: () => nothing,
  go: nothing,
  back: nothing,
  forward: nothing,
  reload: nothing,
  serve: nothing,
  servePort: nothing,
  clearConsole: nothing,
}

it('offers the widths of devices, and marks the one that is shown', () => {
  const html = renderToStaticMarkup(<PreviewBar preview={preview} view={view} width="phone" onWidth={nothing} />)
  const list = /<select[^>]*aria-label="Width"[^>]*>(.*?)<\/select>/.exec(html)?.[1] ?? ''
  expect(
    [...list.matchAll(/<option value="(\w+)"( selected="")?>([^<]*)/g)].map(([, name, isShown, label]) => [
      name,
      label,
      isShown !== undefined,
    ]),
  ).toEqual([
    ['full', 'Full width', false],
    ['phone', 'Phone, 390', true],
    ['tablet', 'Tablet, 820', false],
    ['laptop', 'Laptop, 1280', false],
  ])
})

it('knows each by its name, and takes everything else for as wide as there is room', () => {
  expect(['phone', 'tablet', 'laptop'].map((name) => WIDTHS[deviceWidth(name)].pixels)).toEqual([390, 820, 1280])
  for (const other of ['full', 'watch', '', 'constructor']) expect(WIDTHS[deviceWidth(other)].pixels).toBeUndefined()
})
