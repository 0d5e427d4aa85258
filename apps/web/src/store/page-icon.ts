import type { PageMark } from './session-title'

/** As `public/favicon.svg` has it; a test compares them. */
const SHAPE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
  <style>
    rect { fill: #0f6661 }
    path { fill: #f7f4ee }
    @media (prefers-color-scheme: dark) { rect { fill: #6ccdc3 } path { fill: #10191d } }
  </style>
  <rect x="2" y="2" width="20" height="20" rx="4.5" />
  <path d="M9.2 2H14.8L17.4 13.2H6.6Z" />
</svg>
`

/** Another form each, because colours alone tell nothing to some: a ring, a filled dot and a tick. */
const MARKS: Readonly<Record<PageMark, string>> = {
  working: '<circle cx="17.5" cy="17.5" r="4" fill="#fff" stroke="#b45309" stroke-width="3"/>',
  waiting: '<circle cx="17.5" cy="17.5" r="6" fill="#b45309" stroke="#fff" stroke-width="1.5"/>',
  done: '<circle cx="17.5" cy="17.5" r="6" fill="#15803d"/><polyline points="14.6,17.7 16.8,19.9 20.4,15.5" fill="none" stroke="#fff" stroke-width="1.8"/>',
}

/** Address of the tab's icon. */
export function iconOf(mark: PageMark | undefined): string {
  if (mark === undefined) return '/favicon.svg'
  return `data:image/svg+xml,${encodeURIComponent(SHAPE.replace('</svg>', `${MARKS[mark]}</svg>`))}`
}

/** The icon without a mark, for whoever compares it. */
export const PLAIN_ICON = SHAPE
