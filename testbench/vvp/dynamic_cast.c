/* A faster dynamic_cast for vvp, loaded in front of the C++ library by scripts/vvp.sh.
 *
 * vvp 11 asks for the class of a net's function at each load of a value, and the library's answer compares names of
 * classes as strings: 40 % of the time of a simulation of the core. What a cast gives depends only on the object's table
 * of virtual functions, which each class (and each base in it) has of its own, and on the two classes asked for; so
 * the library is asked once for each of these, and its answer, a distance from the object's address, is kept. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

typedef void *cast(const void *object, const void *from, const void *to, ptrdiff_t hint);

/* There is no such class in the object. */
#define NONE PTRDIFF_MIN

/* Some hundred classes of vvp meet a few dozen that are asked for: two in one place only cost time. */
#define PLACES 4096

static struct {
    const void *table, *from, *to;
    ptrdiff_t distance;
} known[PLACES];

/* vvp has one thread. */
void *__dynamic_cast(const void *object, const void *from, const void *to, ptrdiff_t hint) {
    static cast *library;
    const void *table = *(const void *const *)object;
    uintptr_t place = ((uintptr_t)table >> 4) * 31 + ((uintptr_t)to >> 3);
    place %= PLACES;
    if (known[place].table != table || known[place].from != from || known[place].to != to) {
        if (!library)
            *(void **)&library = dlsym(RTLD_NEXT, "__dynamic_cast");
        const char *found = library(object, from, to, hint);
        known[place].table = table;
        known[place].from = from;
        known[place].to = to;
        known[place].distance = found ? found - (const char *)object : NONE;
    }
    ptrdiff_t distance = known[place].distance;
    return distance == NONE ? NULL : (char *)object + distance;
}
