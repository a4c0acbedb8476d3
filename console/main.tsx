import './charts/language-mended.ts' // before everything that asks the browser for its language
import { createRoot } from 'react-dom/client'
import '@fontsource-variable/inter'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './look/base.css'
import { App } from './app.tsx'
import { liveCreate } from './live/api.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(<App live={liveCreate()} />)
