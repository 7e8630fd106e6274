// What waits on this device while the network is gone: a queue in IndexedDB, sealed where the browser has WebCrypto.
// A session room and a patient's check-in each have one of their own, by name. Loaded before the script that uses it.
(() => {
  "use strict";
  // A command identifier, version 4: what is sent twice under it is written once.
  const command = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  window.holdfastQueue = (name) => {
    const open = () => new Promise((resolve, reject) => {
      const asked = indexedDB.open(`holdfast-${name}`, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("waiting", { keyPath: "id", autoIncrement: true });
        asked.result.createObjectStore("keys");
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    // The key never leaves the browser: it is made here and cannot be taken out.
    const key = async (db) => {
      if (!crypto.subtle) return null;
      const known = await done(db.transaction("keys").objectStore("keys").get(name));
      if (known) return known;
      const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      await done(db.transaction("keys", "readwrite").objectStore("keys").put(made, name));
      return made;
    };
    const queue = {
      command,
      // An entry with an id stands in place of the one that was there.
      async put({ id, ...entry }) {
        const db = await open();
        const secret = await key(db);
        let row = { plain: JSON.stringify(entry) };
        if (secret) {
          const iv = crypto.getRandomValues(new Uint8Array(12));
          const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, secret, new TextEncoder().encode(JSON.stringify(entry)));
          row = { iv, sealed };
        }
        if (id !== undefined) row.id = id;
        await done(db.transaction("waiting", "readwrite", { durability: "strict" }).objectStore("waiting").put(row));
        db.close();
      },
      async waiting() { return (await queue.all()).filter((one) => !one.refused); },
      async all() {
        const db = await open();
        const rows = await done(db.transaction("waiting").objectStore("waiting").getAll());
        const secret = rows.length ? await key(db) : null;
        const entries = [];
        for (const row of rows) {
          const text = row.plain || new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, secret, row.sealed));
          entries.push({ id: row.id, ...JSON.parse(text) });
        }
        db.close();
        return entries;
      },
      async take(id) {
        const db = await open();
        await done(db.transaction("waiting", "readwrite").objectStore("waiting").delete(id));
        db.close();
      },
    };
    return queue;
  };
})();
