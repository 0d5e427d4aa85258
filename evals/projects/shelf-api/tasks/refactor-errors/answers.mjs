const errors = (status) => `/** Something is wrong with the request. */
export class BadRequest extends Error {
  status = 400
}

/** What was asked for is not there. */
export class NotFound extends Error {
  status = ${status}
}
`
const answer = (where) => `    if (${where}) return response.status(404).json({ error: \`no book \${request.params.id}\` })`
const thrown = (where) => `    if (${where}) throw new NotFound(\`no book \${request.params.id}\`)`
const parts = (message) => [
  { search: 'BadRequest' },
  { read: 'src/books.js' },
  { write: 'src/errors.js', text: errors(404) },
  {
    edit: 'src/validate.js',
    old: 'class BadRequest extends Error {\n  status = 400\n}\n',
    new: "import { BadRequest } from './errors.js'\n",
  },
  { edit: 'src/books.js', old: 'import { readBook', new: "import { NotFound } from './errors.js'\nimport { readBook" },
  { edit: 'src/books.js', old: answer('!book'), new: thrown('!book') },
  { edit: 'src/books.js', old: answer('!store.remove(Number(request.params.id))'), new: message },
]

export const right = [...parts(thrown('!store.remove(Number(request.params.id))')), { try: 'npm test' }]

// A little other words.
export const wrong = [
  ...parts('    if (!store.remove(Number(request.params.id))) throw new NotFound(`book ${request.params.id} not found`)'),
  { try: 'npm test' },
]
