import { join } from './join.mjs'

const SEARCH = process.env['RESEARCH_SEARCH'] ?? 'https://en.wikipedia.org/w/api.php'
const LONGEST_PAGE = 20_000

const worker = join('web')

worker.registerFunction(
  'web::search',
  /** @param {{ query: string, limit?: number }} input */
  async ({ query, limit = 3 }) => {
    const address = new URL(SEARCH)
    for (const [name, value] of Object.entries({ action: 'opensearch', search: query, limit, format: 'json' }))
      address.searchParams.set(name, String(value))
    const [, titles, , links] = await (await load(address)).json()
    return { found: links.map((/** @type {string} */ url, /** @type {number} */ at) => ({ url, title: titles[at] })) }
  },
  { description: 'Pages about something: {query, limit?} gives {found: [{url, title}]}' },
)

worker.registerFunction(
  'web::scrape',
  /** @param {{ url: string }} input */
  async ({ url }) => {
    const html = await (await load(new URL(url))).text()
    return { url, text: readable(html).slice(0, LONGEST_PAGE) }
  },
  { description: 'The words of a page: {url} gives {url, text}' },
)

/** @param {URL} address */
async function load(address) {
  const answer = await fetch(address, { headers: { 'user-agent': 'tabwright-example' }, signal: AbortSignal.timeout(20_000) })
  if (!answer.ok) throw new Error(`${address.host} answered ${answer.status}`)
  return answer
}

/** @param {string} html */
function readable(html) {
  return html
    .replaceAll(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
