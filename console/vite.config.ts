/** Builds the console to console/dist: no inline scripts, fonts and icons from the same origin. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = process.env['ORRERY_URL'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // A content security policy of `default-src 'self'` refuses data: URLs in scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    // The licences of what the bundle contains have to travel with it.
    license: { fileName: 'third-party.md' },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: Object.fromEntries(['/api', '/docs', '/metrics'].map((path) => [path, { target: server }])),
  },
})
