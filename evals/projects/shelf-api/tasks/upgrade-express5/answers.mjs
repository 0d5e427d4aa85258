const search = (query, redirect) => [
  { read: 'src/search.js' },
  { edit: 'src/search.js', old: "(request.param('q') || '').toLowerCase()", new: query },
  { edit: 'src/search.js', old: 'response.json(400, { error', new: 'response.status(400).json({ error' },
  { edit: 'src/search.js', old: 'response.send(400, { error', new: 'response.status(400).json({ error' },
  { edit: 'src/search.js', old: 'response.send(202, {', new: 'response.status(202).json({' },
  { edit: 'src/search.js', old: "response.redirect('/books', 301)", new: redirect },
]

export const right = [...search("String(request.query.q ?? '').toLowerCase()", "response.redirect(301, '/books')"), { try: 'npm test' }]

// A redirect for now only.
export const wrong = [...search("String(request.query.q ?? '').toLowerCase()", "response.redirect('/books')"), { try: 'npm test' }]
