import { createApp } from './app.js'
import { createStore } from './store.js'

const port = Number(process.env.PORT ?? 3000)
createApp(createStore()).listen(port, () => console.log(`listening on http://localhost:${port}`))
