import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@tabwright/ui/theme.css'
import { App } from './app'
import { compose } from './compose'
import { AppContext } from './store/context'

const place = document.getElementById('app')
if (place === null) throw new TypeError('index.html has no #app')

createRoot(place).render(
  <StrictMode>
    <AppContext value={compose(location.search)}>
      <App />
    </AppContext>
  </StrictMode>,
)
